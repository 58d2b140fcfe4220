package io.github.nacosfailover.testsupport;

import java.io.Serial;

/**
 * Throws whatever it is asked, so that it cannot even be printed.
 */
public final class UnspeakableException extends IllegalArgumentException {

	@Serial
	private static final long serialVersionUID = 1L;

	@Override
	public String getMessage() {
		throw new UnsupportedOperationException("message");
	}

	@Override
	public String toString() {
		throw new UnsupportedOperationException("text");
	}

	@Override
	public StackTraceElement[] getStackTrace() {
		throw new UnsupportedOperationException("trace");
	}

}
