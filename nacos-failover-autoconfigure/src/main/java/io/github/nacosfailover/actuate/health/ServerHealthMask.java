package io.github.nacosfailover.actuate.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Masks Spring Cloud Alibaba's indicator on Spring Boot 4.
 */
public final class ServerHealthMask implements BeanPostProcessor {

	private final ObjectProvider<FailoverHealth> failover;

	public ServerHealthMask(ObjectProvider<FailoverHealth> failover) {
		this.failover = failover;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return FailoverHealth.isOfServer(bean)
				? new MaskedServerHealthIndicator((HealthIndicator) bean, this.failover.getObject()) : bean;
	}

}
