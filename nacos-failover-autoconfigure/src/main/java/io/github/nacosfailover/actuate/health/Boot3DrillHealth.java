package io.github.nacosfailover.actuate.health;

import java.util.List;
import java.util.function.Supplier;

import io.github.nacosfailover.detector.DrillHealth;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributorRegistry;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * {@link DrillHealth} on Spring Boot 3.
 */
public final class Boot3DrillHealth extends NamedDrillHealth {

	private final Supplier<@Nullable HealthContributorRegistry> registry;

	/**
	 * Creates a new instance.
	 * @param names names of health indicators
	 * @param registry where they are, {@code null} if there are none
	 */
	public Boot3DrillHealth(List<String> names, Supplier<@Nullable HealthContributorRegistry> registry) {
		super(names);
		this.registry = registry;
	}

	@Override
	@Nullable String status(String name) {
		HealthContributorRegistry known = this.registry.get();
		Object contributor = (known != null) ? known.getContributor(name) : null;
		Health health = (contributor instanceof HealthIndicator indicator) ? indicator.health() : null;
		return (health != null) ? health.getStatus().getCode() : null;
	}

}
