package io.github.nacosfailover.spring.bean;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.client.NamingServiceDecorator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.Assert;

/**
 * Puts failover around every {@link NamingService} bean. Opens the engine before the
 * first bean is created, so that each client the beans create belongs to this context.
 */
public class NamingServiceBeanPostProcessor
		implements SmartInstantiationAwareBeanPostProcessor, BeanFactoryAware, PriorityOrdered {

	private static final Logger logger = LoggerFactory.getLogger(NamingServiceBeanPostProcessor.class);

	private final ObjectProvider<EngineLifecycle> lifecycle;

	private final ObjectProvider<NamingServiceDecorator> decorator;

	private final Collection<String> neededToOpen;

	private final Map<String, Object> earlyReferences = new ConcurrentHashMap<>();

	private final Set<String> explained = ConcurrentHashMap.newKeySet();

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private boolean opened;

	/**
	 * Creates the post-processor.
	 * @param lifecycle opens the engine
	 * @param decorator decorates the clients
	 * @param neededToOpen names of beans that the engine needs: while they are created,
	 * it cannot be opened
	 */
	public NamingServiceBeanPostProcessor(ObjectProvider<EngineLifecycle> lifecycle,
			ObjectProvider<NamingServiceDecorator> decorator, Collection<String> neededToOpen) {
		this.lifecycle = lifecycle;
		this.decorator = decorator;
		this.neededToOpen = List.copyOf(neededToOpen);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory listable) ? listable : null;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public @Nullable Object postProcessBeforeInstantiation(Class<?> beanClass, String beanName) {
		if (!this.opened && isTimeToOpen(beanClass)
				&& this.neededToOpen.stream().noneMatch(beanFactory()::isCurrentlyInCreation)) {
			this.opened = true;
			this.lifecycle.getObject().contextStarts();
		}
		return null;
	}

	/**
	 * Not before the singletons are created: what is created while post-processors are
	 * still being registered cannot be processed by all of them.
	 */
	private boolean isTimeToOpen(Class<?> beanClass) {
		return beanFactory().isConfigurationFrozen() || NamingService.class.isAssignableFrom(beanClass);
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		if (bean instanceof NamingService client) {
			this.earlyReferences.put(beanName, bean);
			return decorate(client, beanName);
		}
		return bean;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof NamingService client && this.earlyReferences.remove(beanName) != bean) {
			return decorate(client, beanName);
		}
		return bean;
	}

	/**
	 * Leaves the client as it is if it cannot be decorated, whatever the reason. Only
	 * what keeps the context from starting at all is thrown on.
	 */
	private NamingService decorate(NamingService client, String beanName) {
		NamingServiceDecorator decorator = this.decorator.getObject();
		try {
			return decorate(decorator, client, beanName);
		}
		catch (Throwable ex) {
			decorator.failed("decoration of bean '%s', which stays as it is".formatted(beanName), ex);
			return client;
		}
	}

	private NamingService decorate(NamingServiceDecorator decorator, NamingService client, String beanName) {
		if (client instanceof DecoratedNamingService) {
			return client;
		}
		if (AopUtils.isAopProxy(client) || MockedBeans.isMock(client)) {
			// What is behind a scoped proxy is a bean of its own.
			logger.debug("Failover: bean '{}' is a proxy or a mock and stays as it is", beanName);
			return client;
		}
		if (!(client instanceof NacosNamingService)) {
			explain(beanName, "Failover: bean '{}' ({}) is not a Nacos client itself and stays as it is; a client "
					+ "that it wraps is served without decoration, unless it is a bean, too", client, null);
			return client;
		}
		if (isAskedForByInterface(client, beanName)) {
			return decorator.decorateIfPossible(client);
		}
		String obstacle = ClassBasedProxies.INSTANCE.obstacle(client);
		if (obstacle != null) {
			explain(beanName,
					"Failover: bean '{}' is declared as {} and stays as it is, because {}; it is served without "
							+ "decoration. Declare it as NamingService to change that",
					client, obstacle);
			return client;
		}
		return decorator.decorateIfPossible(client, ClassBasedProxies.INSTANCE);
	}

	private void explain(String beanName, String message, NamingService client, @Nullable String reason) {
		if (this.explained.add(beanName)) {
			logger.info(message, beanName, client.getClass().getName(), reason);
		}
	}

	private boolean isAskedForByInterface(NamingService client, String beanName) {
		Class<?> declared = declaredType(beanName);
		return ((declared != null) ? declared : client.getClass()).isAssignableFrom(NamingService.class);
	}

	private ConfigurableListableBeanFactory beanFactory() {
		Assert.state(this.beanFactory != null, "No bean factory");
		return this.beanFactory;
	}

	/** The type in the definition: the factory's idea of it is the instance's by now. */
	private @Nullable Class<?> declaredType(String beanName) {
		ConfigurableListableBeanFactory factory = beanFactory();
		if (!factory.containsBeanDefinition(beanName)) {
			return null;
		}
		if (factory.isFactoryBean(beanName)) {
			return factory.getType(beanName, false);
		}
		BeanDefinition definition = factory.getMergedBeanDefinition(beanName);
		if (!(definition instanceof RootBeanDefinition root)) {
			return null;
		}
		if (root.getResolvedFactoryMethod() != null) {
			return root.getResolvedFactoryMethod().getReturnType();
		}
		return root.hasBeanClass() ? root.getBeanClass() : null;
	}

}
