package io.github.nacosfailover.autoconfigure;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.engine.FailoverEngine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

import org.jspecify.annotations.Nullable;

/**
 * Puts failover around every {@link NamingService} bean. Opens the engine before the
 * first bean is created, so that each client the beans create belongs to this context.
 */
class NamingServiceBeanPostProcessor implements InstantiationAwareBeanPostProcessor, PriorityOrdered {

	private final ObjectProvider<EngineLifecycle> lifecycle;

	private final ObjectProvider<NamingServiceDecorator> decorator;

	private boolean opened;

	private boolean engineInCreation;

	NamingServiceBeanPostProcessor(ObjectProvider<EngineLifecycle> lifecycle,
			ObjectProvider<NamingServiceDecorator> decorator) {
		this.lifecycle = lifecycle;
		this.decorator = decorator;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
		if (FailoverEngine.class.isAssignableFrom(beanClass)) {
			this.engineInCreation = true;
		}
		if (!this.opened && !this.engineInCreation && !isOwn(beanClass)
				&& !BeanFactoryPostProcessor.class.isAssignableFrom(beanClass)) {
			this.opened = true;
			this.lifecycle.getObject();
		}
		return null;
	}

	/** What is needed to open the engine. */
	private static boolean isOwn(Class<?> beanClass) {
		return beanClass.getPackageName().equals(NamingServiceBeanPostProcessor.class.getPackageName());
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof FailoverEngine) {
			this.engineInCreation = false;
		}
		if (bean instanceof NamingService namingService) {
			return this.decorator.getObject().decorateIfPossible(namingService);
		}
		return bean;
	}

}
