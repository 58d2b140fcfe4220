package io.github.nacosfailover.autoconfigure;

import com.alibaba.cloud.nacos.NacosServiceManager;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.spring.cloud.NacosServiceManagerBeanPostProcessor;

import org.springframework.beans.factory.ObjectProvider;
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
	static NacosServiceManagerBeanPostProcessor nacosFailoverNacosServiceManagerBeanPostProcessor(
			ObjectProvider<NamingServiceDecorator> decorator) {
		return new NacosServiceManagerBeanPostProcessor(decorator);
	}

}
