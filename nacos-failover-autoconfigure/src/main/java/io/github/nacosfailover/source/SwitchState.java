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
 */
public record SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
		@Nullable Instant until, Map<ServiceKey, Boolean> exceptions) {

	/** Off, as ever. */
	public static final SwitchState OFF = new SwitchState(false, null, null, null, null);

	public SwitchState {
		exceptions = Map.copyOf(exceptions);
	}

	public SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
			@Nullable Instant until) {
		this(enabled, at, by, reason, until, Map.of());
	}

	/**
	 * The same switch with other exceptions.
	 * @param exceptions the exceptions
	 * @return the switch
	 */
	public SwitchState withExceptions(Map<ServiceKey, Boolean> exceptions) {
		return new SwitchState(this.enabled, this.at, this.by, this.reason, this.until, exceptions);
	}

	/**
	 * Whether another state is this one but for the exceptions.
	 * @param other the state to compare with
	 * @return {@code true} if they differ in exceptions only, or not at all
	 */
	public boolean hasSameSwitchAs(SwitchState other) {
		return withExceptions(Map.of()).equals(other.withExceptions(Map.of()));
	}

}
