package io.github.nacosfailover.autoconfigure;

import java.io.Serial;

/**
 * Thrown at start-up when a property has a value that cannot be used.
 */
public class InvalidFailoverPropertyException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String action;

	InvalidFailoverPropertyException(String property, Object value, String reason, String action) {
		super("Property '%s' has the value '%s', but %s".formatted(property, value, reason));
		this.action = action;
	}

	String getAction() {
		return this.action;
	}

}
