package io.github.nacosfailover;

import java.io.Serial;
import java.util.List;

/**
 * Thrown when failover was not switched. Nothing has changed.
 */
public class FailoverRefusedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<String> reasons;

	public FailoverRefusedException(List<String> reasons) {
		super(String.join("; ", reasons));
		this.reasons = List.copyOf(reasons);
	}

	/**
	 * Why, one sentence each, with what to do.
	 * @return the reasons
	 */
	public List<String> getReasons() {
		return this.reasons;
	}

}
