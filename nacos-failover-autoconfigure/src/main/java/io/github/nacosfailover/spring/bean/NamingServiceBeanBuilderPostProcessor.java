package io.github.nacosfailover.spring.bean;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * Replaces the bean that builds the clients of nacos-spring-boot-project, which are no
 * beans themselves.
 */
public class NamingServiceBeanBuilderPostProcessor implements BeanFactoryPostProcessor {

	/** The class that is replaced. */
	public static final String BUILDER = "com.alibaba.nacos.spring.beans.factory.annotation.NamingServiceBeanBuilder";

	private static final String BEAN_NAME = "namingServiceBeanBuilder";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
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
