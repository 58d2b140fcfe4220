package io.github.nacosfailover.exception;

/**
 * Thrown for the id of a snapshot that does not exist.
 */
public class UnknownSnapshotException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public UnknownSnapshotException(String id) {
		super("There is no snapshot '%s'; GET lists those there are".formatted(id));
	}

}
