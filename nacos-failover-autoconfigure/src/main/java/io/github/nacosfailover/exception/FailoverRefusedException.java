package io.github.nacosfailover.exception;

import java.io.Serial;
import java.util.List;

import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.SwitchPlan;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when failover was not switched. Nothing has changed.
 */
public class FailoverRefusedException extends RuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient List<String> reasons;

	private final transient @Nullable PreflightReport preflight;

	private final transient @Nullable SwitchPlan plan;

	public FailoverRefusedException(List<String> reasons) {
		this(reasons, null);
	}

	public FailoverRefusedException(List<String> reasons, @Nullable PreflightReport preflight) {
		this(reasons, preflight, null);
	}

	/**
	 * Creates the exception.
	 * @param reasons why, one sentence each
	 * @param preflight what the guards have found, if it was a guard that refused
	 * @param plan what would change now, if a plan was given that is not current any more
	 */
	public FailoverRefusedException(List<String> reasons, @Nullable PreflightReport preflight,
			@Nullable SwitchPlan plan) {
		super(String.join("; ", reasons));
		this.plan = plan;
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

	/**
	 * What would change now, if a plan was given that is not current any more.
	 * @return the plan, or {@code null}
	 */
	public @Nullable SwitchPlan getPlan() {
		return this.plan;
	}

}
