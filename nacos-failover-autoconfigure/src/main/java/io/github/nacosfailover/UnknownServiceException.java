package io.github.nacosfailover;

import java.io.Serial;

/**
 * Thrown when neither a backup nor the server knows a service.
 */
public class UnknownServiceException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public UnknownServiceException(String service) {
		super("Neither a backup nor the server knows service '%s'".formatted(service));
	}

}
