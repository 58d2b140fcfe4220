package io.github.nacosfailover.spring.cloud;

import com.alibaba.cloud.nacos.NacosServiceManager;
import io.github.nacosfailover.client.NamingServiceDecorator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Replaces the bean that creates the naming client of Spring Cloud Alibaba.
 */
public class NacosServiceManagerBeanPostProcessor implements BeanPostProcessor {

	private final ObjectProvider<NamingServiceDecorator> decorator;

	public NacosServiceManagerBeanPostProcessor(ObjectProvider<NamingServiceDecorator> decorator) {
		this.decorator = decorator;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		// A user's own subclass stays as it is and is served through the bridge.
		return (bean.getClass() == NacosServiceManager.class)
				? new FailoverNacosServiceManager(this.decorator.getObject()) : bean;
	}

}
