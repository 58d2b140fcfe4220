package io.github.nacosfailover.source;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a source says about the switch of a namespace.
 *
 * @param enabled whether failover is on
 * @param at since when, if known
 * @param by who set it, if known
 * @param reason why, if given
 * @param until when it should end, if an end was given
 */
public record SwitchState(boolean enabled, @Nullable Instant at, @Nullable String by, @Nullable String reason,
		@Nullable Instant until) {

	/** Off, as ever. */
	public static final SwitchState OFF = new SwitchState(false, null, null, null, null);

}
