package io.github.nacosfailover.spring.property;

import java.io.Serial;
import java.time.Duration;

/**
 * Thrown at start-up when a property has a value that cannot be used.
 */
public class InvalidFailoverPropertyException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String action;

	public InvalidFailoverPropertyException(String property, Object value, String reason, String action) {
		super("Property '%s' has the value '%s', but %s".formatted(property, value, reason));
		this.action = action;
	}

	/**
	 * Ends the start if a duration is not positive.
	 * @param property full name of the property
	 * @param value its value
	 * @param example a value that is usual
	 */
	public static void requirePositive(String property, Duration value, String example) {
		if (value.isNegative() || value.isZero()) {
			throw new InvalidFailoverPropertyException(property, value, "it is not positive",
					"Set a duration such as '%s'".formatted(example));
		}
	}

	String getAction() {
		return this.action;
	}

}
