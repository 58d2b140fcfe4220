package io.github.nacosfailover.actuate.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.nacosfailover.detector.DrillHealth;
import org.jspecify.annotations.Nullable;

/**
 * {@link DrillHealth} of health indicators by name, whatever the line of Spring Boot.
 */
abstract class NamedDrillHealth implements DrillHealth {

	private static final String UP = "UP";

	private final List<String> names;

	NamedDrillHealth(List<String> names) {
		this.names = List.copyOf(names);
	}

	@Override
	public final Collection<String> notUp() {
		List<String> notUp = new ArrayList<>();
		for (String name : this.names) {
			String status = status(name);
			if (!UP.equals(status)) {
				notUp.add(name + ((status != null) ? " is " + status : " is not known"));
			}
		}
		return notUp;
	}

	/**
	 * The status of an indicator.
	 * @param name its name
	 * @return the code of the status, {@code null} if there is no such indicator
	 */
	abstract @Nullable String status(String name);

}
