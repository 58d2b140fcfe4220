package io.github.nacosfailover.engine;

import java.util.List;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Describes what has become of the stage of a switch between two states.
 */
final class StageNews {

	private StageNews() {
	}

	/**
	 * What has become of it.
	 * @param before the switch before
	 * @param after the switch after
	 * @return the description, {@code null} if nothing is new
	 */
	static @Nullable String between(SwitchState before, SwitchState after) {
		SwitchStage known = before.stage();
		SwitchStage stage = after.stage();
		if (stage == null) {
			return (before.runningStage() != null)
					? "ended, because the switch was changed: %s for all instances".formatted(onOff(after.enabled()))
					: null;
		}
		if (known != null && known.id().equals(stage.id()) && known.state() == stage.state()) {
			return null;
		}
		String target = onOff(stage.to().enabled());
		String first = "%d of %d instances (%d%%)".formatted(stage.members().size(), stage.instances(), stage.share());
		return switch (stage.state()) {
			case RUNNING -> "begun: %s for %s, for the others after %s".formatted(target, first, stage.hold());
			case GOING_BACK -> "%s; %s are to go back".formatted(stage.detail(), first);
			case STOPPED ->
				"%s; %s have gone back to %s".formatted(stage.detail(), first, onOff(stage.before().enabled()));
			case DONE -> "done: %s for all instances".formatted(target);
		};
	}

	/**
	 * Who has made a change of a stage that another process has written.
	 * @param after the switch after it
	 * @return who has begun it, or ended it by another switch; {@code elsewhere} if it
	 * was stopped, of which the detail tells more
	 */
	static String author(SwitchState after) {
		SwitchStage stage = after.stage();
		boolean stopped = stage != null && (stage.state() == State.STOPPED || stage.state() == State.GOING_BACK);
		String by = stopped ? null : (stage != null) ? stage.to().by() : after.by();
		return (by != null) ? by : "elsewhere";
	}

	private static String onOff(boolean enabled) {
		return enabled ? "on" : "off";
	}

	static SwitchChangedEvent event(String namespace, @Nullable SwitchStage stage, String by, SwitchOrigin origin,
			SwitchOutcome outcome, List<String> findings, String detail) {
		return SwitchChangedEvent.ofStage(namespace, by, origin, (stage != null) ? stage.to().reason() : null,
				(stage != null && stage.state() == State.RUNNING) ? stage.until() : null, outcome, findings, detail);
	}

}
