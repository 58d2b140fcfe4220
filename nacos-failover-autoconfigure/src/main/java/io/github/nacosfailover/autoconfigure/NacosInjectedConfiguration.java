package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.spring.bean.NamingServiceBeanBuilderPostProcessor;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Failover for the clients of nacos-spring-boot-project: {@code @NacosInjected} gets what
 * the bean {@code namingServiceBeanBuilder} builds, which is no bean itself.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = NamingServiceBeanBuilderPostProcessor.BUILDER)
class NacosInjectedConfiguration {

	@Bean
	static NamingServiceBeanBuilderPostProcessor nacosFailoverNamingServiceBeanBuilderPostProcessor() {
		return new NamingServiceBeanBuilderPostProcessor();
	}

}
