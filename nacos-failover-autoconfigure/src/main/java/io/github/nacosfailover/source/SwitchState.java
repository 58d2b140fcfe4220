package io.github.nacosfailover.source;

import java.time.Instant;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * The switch of a namespace in a source.
 *
 * @param enabled whether failover is on
 * @param at since when, if known
 * @param by who set it, if known
 * @param reason why, if given
 * @param until when it should end, if an end was given
 * @param exceptions services that are on or off by themselves, whatever the switch says;
 * they stay when it is switched
 * @param stage the change that some of the processes sharing the store apply before the
 * others, {@code null} if the switch was never changed so, or was changed since
 */
public record SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
		@Nullable Instant until, Map<ServiceKey, Boolean> exceptions, @Nullable SwitchStage stage) {

	/** Off, as ever. */
	public static final SwitchState OFF = new SwitchState(false, null, null, null, null);

	public SwitchState {
		exceptions = Map.copyOf(exceptions);
	}

	public SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
			@Nullable Instant until, Map<ServiceKey, Boolean> exceptions) {
		this(enabled, at, by, reason, until, exceptions, null);
	}

	public SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
			@Nullable Instant until) {
		this(enabled, at, by, reason, until, Map.of());
	}

	/**
	 * The same switch with other exceptions, in the same stage.
	 * @param exceptions the exceptions
	 * @return the switch
	 */
	public SwitchState withExceptions(Map<ServiceKey, Boolean> exceptions) {
		return new SwitchState(this.enabled, this.at, this.by, this.reason, this.until, exceptions, this.stage);
	}

	/**
	 * The switch alone.
	 * @return the switch without exceptions and without a stage
	 */
	public SwitchState plain() {
		return new SwitchState(this.enabled, this.at, this.by, this.reason, this.until);
	}

	/**
	 * The stage that has not come to an end.
	 * @return the stage, {@code null} if all processes are to have the same switch
	 */
	public @Nullable SwitchStage runningStage() {
		return (this.stage != null && !this.stage.isOver()) ? this.stage : null;
	}

	/**
	 * When the switch was last changed, be it for some processes only.
	 * @return the time, if known
	 */
	public @Nullable Instant changedAt() {
		return (this.stage != null) ? this.stage.since() : this.at;
	}

	/**
	 * Whether another state is this one but for the exceptions and the stage.
	 * @param other the state to compare with
	 * @return {@code true} if they differ in those only, or not at all
	 */
	public boolean hasSameSwitchAs(SwitchState other) {
		return plain().equals(other.plain());
	}

}
