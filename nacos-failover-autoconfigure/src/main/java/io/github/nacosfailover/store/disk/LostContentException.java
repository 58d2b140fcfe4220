package io.github.nacosfailover.store.disk;

import java.io.IOException;

/**
 * A content that the documents refer to is damaged or gone.
 */
final class LostContentException extends IOException {

	private static final long serialVersionUID = 1L;

	LostContentException(String message) {
		super(message);
	}

}
