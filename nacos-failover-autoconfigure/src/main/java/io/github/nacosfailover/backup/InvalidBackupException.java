package io.github.nacosfailover.backup;

import java.io.Serial;

/**
 * Thrown when failover data cannot be used. The message says what is wrong with them and
 * what to do, without naming the place they came from.
 */
public class InvalidBackupException extends Exception {

	@Serial
	private static final long serialVersionUID = 1L;

	public InvalidBackupException(String message) {
		super(message);
	}

	public InvalidBackupException(String message, Throwable cause) {
		super(message, cause);
	}

}
