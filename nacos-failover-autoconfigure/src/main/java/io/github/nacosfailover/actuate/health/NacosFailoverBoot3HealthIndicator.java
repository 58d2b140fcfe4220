package io.github.nacosfailover.actuate.health;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * {@link HealthIndicator} of failover on Spring Boot 3.
 */
public final class NacosFailoverBoot3HealthIndicator implements HealthIndicator {

	private final FailoverHealth failover;

	public NacosFailoverBoot3HealthIndicator(FailoverHealth failover) {
		this.failover = failover;
	}

	@Override
	public Health health() {
		Health.Builder builder = this.failover.isOn() ? Health.status(FailoverHealth.FAILOVER) : Health.up();
		return builder.withDetails(this.failover.details()).build();
	}

}
