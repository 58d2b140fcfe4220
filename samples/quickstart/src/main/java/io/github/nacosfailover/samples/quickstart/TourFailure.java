package io.github.nacosfailover.samples.quickstart;

import java.io.Serial;

/**
 * Thrown by a step that did not show what it should.
 */
class TourFailure extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	TourFailure(String message) {
		super(message);
	}

}
