package io.github.nacosfailover.actuate.health;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of failover on Spring Boot 4.
 */
public final class NacosFailoverHealthIndicator implements HealthIndicator {

	private final FailoverHealth failover;

	public NacosFailoverHealthIndicator(FailoverHealth failover) {
		this.failover = failover;
	}

	@Override
	public Health health() {
		Health.Builder builder = this.failover.isOn() ? Health.status(FailoverHealth.FAILOVER) : Health.up();
		return builder.withDetails(this.failover.details()).build();
	}

}
