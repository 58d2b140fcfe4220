package io.github.nacosfailover.autoconfigure;

import com.alibaba.cloud.nacos.NacosServiceManager;
import io.github.nacosfailover.client.NamingServiceDecorator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts failover around the naming client of Spring Cloud Alibaba.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(NacosServiceManager.class)
class SpringCloudAlibabaConfiguration {

	@Bean
	static BeanPostProcessor nacosFailoverNacosServiceManagerBeanPostProcessor(
			ObjectProvider<NamingServiceDecorator> decorator) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				// A user's own subclass stays as it is and is served through the bridge.
				return (bean.getClass() == NacosServiceManager.class)
						? new FailoverNacosServiceManager(decorator.getObject()) : bean;
			}
		};
	}

}
