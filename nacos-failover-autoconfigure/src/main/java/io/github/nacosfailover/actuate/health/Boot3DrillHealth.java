package io.github.nacosfailover.actuate.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import io.github.nacosfailover.detector.DrillHealth;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributorRegistry;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * {@link DrillHealth} on Spring Boot 3.
 */
public final class Boot3DrillHealth implements DrillHealth {

	private final List<String> names;

	private final Supplier<@Nullable HealthContributorRegistry> registry;

	/**
	 * Creates it.
	 * @param names names of health indicators
	 * @param registry where they are, {@code null} if there are none
	 */
	public Boot3DrillHealth(List<String> names, Supplier<@Nullable HealthContributorRegistry> registry) {
		this.names = List.copyOf(names);
		this.registry = registry;
	}

	@Override
	public Collection<String> notUp() {
		List<String> notUp = new ArrayList<>();
		for (String name : this.names) {
			HealthContributorRegistry known = this.registry.get();
			Object contributor = (known != null) ? known.getContributor(name) : null;
			Health health = (contributor instanceof HealthIndicator indicator) ? indicator.health() : null;
			if (health == null || !Status.UP.equals(health.getStatus())) {
				notUp.add(name + ((health != null) ? " is " + health.getStatus() : " is not known"));
			}
		}
		return notUp;
	}

}
