package io.github.nacosfailover.store;

import java.io.IOException;

/**
 * Thrown when a store cannot be reached.
 */
public class UnavailableStoreException extends IOException {

	private static final long serialVersionUID = 1L;

	public UnavailableStoreException(String message, Throwable cause) {
		super(message, cause);
	}

}
