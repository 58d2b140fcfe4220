package io.github.nacosfailover.autoconfigure;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Failover for the clients of nacos-spring-boot-project: {@code @NacosInjected} gets what
 * the bean {@code namingServiceBeanBuilder} builds, which is no bean itself.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = NacosInjectedConfiguration.BUILDER)
class NacosInjectedConfiguration {

	static final String BUILDER = "com.alibaba.nacos.spring.beans.factory.annotation.NamingServiceBeanBuilder";

	private static final String BEAN_NAME = "namingServiceBeanBuilder";

	@Bean
	static BeanFactoryPostProcessor nacosFailoverNamingServiceBeanBuilderPostProcessor() {
		return NacosInjectedConfiguration::replaceBuilder;
	}

	private static void replaceBuilder(ConfigurableListableBeanFactory beanFactory) {
		if (!beanFactory.containsBeanDefinition(BEAN_NAME)) {
			return;
		}
		BeanDefinition definition = beanFactory.getBeanDefinition(BEAN_NAME);
		// A user's own builder stays as it is and is served through the bridge.
		if (BUILDER.equals(definition.getBeanClassName())
				&& definition instanceof AbstractBeanDefinition abstractDefinition) {
			abstractDefinition.setBeanClass(FailoverNamingServiceBeanBuilder.class);
		}
	}

}
