package io.github.nacosfailover.actuate.health;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Stands for Spring Cloud Alibaba's indicator on Spring Boot 4: while failover is on, a
 * server that is down is no reason to take the application out of service.
 */
final class MaskedServerHealthIndicator implements HealthIndicator {

	private final HealthIndicator server;

	private final FailoverHealth failover;

	MaskedServerHealthIndicator(HealthIndicator server, FailoverHealth failover) {
		this.server = server;
		this.failover = failover;
	}

	@Override
	public Health health() {
		Health health = this.server.health();
		if (health == null || !Status.DOWN.equals(health.getStatus()) || !this.failover.isOn()) {
			return (health != null) ? health : Health.unknown().build();
		}
		return Health.status(FailoverHealth.FAILOVER)
			.withDetails(health.getDetails())
			.withDetail("masked", health.getStatus().getCode())
			.build();
	}

}
