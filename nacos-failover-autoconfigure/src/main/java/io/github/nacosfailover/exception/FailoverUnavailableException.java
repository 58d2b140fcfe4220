package io.github.nacosfailover.exception;

import java.util.List;

/**
 * Thrown for a change that the store could not take because it cannot be reached now.
 * Nothing has changed, as far as is known.
 */
public class FailoverUnavailableException extends FailoverRefusedException {

	private static final long serialVersionUID = 1L;

	public FailoverUnavailableException(List<String> reasons) {
		super(reasons);
	}

}
