package io.github.nacosfailover.exception;

import java.io.Serial;
import java.util.List;

import io.github.nacosfailover.report.PreflightReport;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when failover was not switched. Nothing has changed.
 */
public class FailoverRefusedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<String> reasons;

	private final transient @Nullable PreflightReport preflight;

	public FailoverRefusedException(List<String> reasons) {
		this(reasons, null);
	}

	public FailoverRefusedException(List<String> reasons, @Nullable PreflightReport preflight) {
		super(String.join("; ", reasons));
		this.reasons = List.copyOf(reasons);
		this.preflight = preflight;
	}

	/**
	 * Why, one sentence each, with what to do.
	 * @return the reasons
	 */
	public List<String> getReasons() {
		return this.reasons;
	}

	/**
	 * What the guards have found, if it was a guard that refused.
	 * @return the findings, or {@code null}
	 */
	public @Nullable PreflightReport getPreflight() {
		return this.preflight;
	}

}
