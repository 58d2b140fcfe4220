package io.github.nacosfailover.actuate.health;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Masks Spring Cloud Alibaba's indicator on Spring Boot 3.
 */
public final class ServerBoot3HealthMask implements BeanPostProcessor {

	private final ObjectProvider<FailoverHealth> failover;

	public ServerBoot3HealthMask(ObjectProvider<FailoverHealth> failover) {
		this.failover = failover;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return FailoverHealth.isOfServer(bean)
				? new MaskedServerBoot3HealthIndicator((HealthIndicator) bean, this.failover.getObject()) : bean;
	}

}
