package io.github.nacosfailover.exception;

import java.io.Serial;
import java.util.Collection;
import java.util.List;

/**
 * Thrown when neither a backup nor the server knows a service.
 */
public class UnknownServiceException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	public UnknownServiceException(String service) {
		this(service, List.of());
	}

	/**
	 * Creates the exception.
	 * @param service the service
	 * @param similar services that may have been meant
	 */
	public UnknownServiceException(String service, Collection<String> similar) {
		super("Neither a backup nor the server knows service '%s'%s".formatted(service,
				similar.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", similar))));
	}

}
