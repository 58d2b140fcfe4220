package io.github.nacosfailover.engine;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What holds for the switches of an engine.
 *
 * @param patterns which services they are for
 * @param guard what speaks against a change
 * @param remindAfter how long a switch may be on if no end was given, {@code null} for
 * ever
 */
public record SwitchRules(ServicePatterns patterns, SwitchGuard guard, @Nullable Duration remindAfter) {

	/** No limits. */
	public static final SwitchRules NONE = new SwitchRules(ServicePatterns.ALL, SwitchGuard.NONE, null);

	/**
	 * When the switch of a view should be off again.
	 * @param view the view
	 * @return the end, or {@code null} if it is off, or has none
	 */
	public @Nullable Instant end(View view) {
		if (!view.isOn()) {
			return null;
		}
		Instant until = view.failoverSwitch().until();
		if (until != null || this.remindAfter == null) {
			return until;
		}
		Instant at = view.failoverSwitch().at();
		return ((at != null) ? at : view.since()).plus(this.remindAfter);
	}

	/**
	 * Whether the switch of a view is on for longer than it should be.
	 * @param view the view
	 * @return {@code true} if its end has passed
	 */
	public boolean isOverdue(View view) {
		Instant end = end(view);
		return end != null && end.isBefore(Instant.now());
	}

}
