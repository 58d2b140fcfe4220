package io.github.nacosfailover.store;

import java.io.IOException;

/**
 * A store cannot be reached now.
 */
public class UnavailableStoreException extends IOException {

	private static final long serialVersionUID = 1L;

	public UnavailableStoreException(String message, Throwable cause) {
		super(message, cause);
	}

}
