package io.github.nacosfailover.actuate.health;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * Stands for Spring Cloud Alibaba's indicator on Spring Boot 3: while failover is on, a
 * server that is down is no reason to take the application out of service.
 */
final class MaskedServerBoot3HealthIndicator implements HealthIndicator {

	private final HealthIndicator server;

	private final FailoverHealth failover;

	MaskedServerBoot3HealthIndicator(HealthIndicator server, FailoverHealth failover) {
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
