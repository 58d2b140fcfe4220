package io.github.nacosfailover.spring.bean;

import java.lang.reflect.Field;
import java.util.Properties;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.spring.beans.factory.annotation.AbstractNacosServiceBeanBuilder;
import com.alibaba.nacos.spring.factory.NacosServiceFactory;
import com.alibaba.nacos.spring.util.GlobalNacosPropertiesSource;
import io.github.nacosfailover.client.NamingServiceDecorator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Builds the clients that {@code @NacosInjected} asks for, with failover around them. The
 * factory shares them among all contexts of the JVM that use the same properties.
 */
class FailoverNamingServiceBeanBuilder extends AbstractNacosServiceBeanBuilder<NamingService> {

	private static final Logger logger = LoggerFactory.getLogger(FailoverNamingServiceBeanBuilder.class);

	private @Nullable BeanFactory beanFactory;

	FailoverNamingServiceBeanBuilder() {
		super(GlobalNacosPropertiesSource.DISCOVERY);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		super.setBeanFactory(beanFactory);
		this.beanFactory = beanFactory;
	}

	@Override
	protected NamingService createService(NacosServiceFactory factory, Properties properties) throws NacosException {
		Assert.state(this.beanFactory != null, "No bean factory");
		this.beanFactory.getBean(EngineLifecycle.class);
		NamingServiceDecorator decorator = this.beanFactory.getBean(NamingServiceDecorator.class);
		return decorator.decorateIfPossible(client(factory.createNamingService(properties)));
	}

	/** The factory wraps what it has created, only to remember its properties. */
	private static NamingService client(NamingService created) {
		try {
			Field delegate = ReflectionUtils.findField(created.getClass(), "delegate", NamingService.class);
			if (delegate != null) {
				ReflectionUtils.makeAccessible(delegate);
				return (delegate.get(created) instanceof NamingService client) ? client : created;
			}
		}
		catch (Throwable ex) {
			logger.debug("The client behind {} cannot be found", created.getClass(), ex);
		}
		return created;
	}

}
