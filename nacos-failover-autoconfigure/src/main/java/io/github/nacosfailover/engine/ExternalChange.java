package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Describes a change of the switch that was not made through this engine: a file was
 * edited, a source has another switch, or another process has switched.
 */
final class ExternalChange {

	private static final String SOURCE = "source:";

	private static final String STAGE = "stage";

	private ExternalChange() {
	}

	/**
	 * What has changed between two views.
	 * @param namespace the namespace
	 * @param before the view before
	 * @param after the view after
	 * @param findings findings of the guards
	 * @return the changes, none if the switch is as it was
	 */
	static List<SwitchChangedEvent> between(FailoverNamespace namespace, View before, View after,
			List<String> findings) {
		List<SwitchChangedEvent> changes = new ArrayList<>();
		SwitchState state = after.failoverSwitch();
		// The same again, at another time: nobody has seen what was in between.
		boolean again = !state.hasSameSwitchAs(before.failoverSwitch())
				&& (state.enabled() || before.failoverSwitch().at() != null);
		if (before.isOn() != after.isOn() || again) {
			String by = author(namespace, before, after);
			changes.add(new SwitchChangedEvent(at(state, before), namespace.name(), null, before.isOn(), after.isOn(),
					by, origin(by), state.reason(), state.until(), SwitchOutcome.APPLIED, findings));
		}
		if (changesHands(namespace, before, after)) {
			// The exceptions of the store do not apply beside a file, which nobody has
			// changed one by one.
			return changes;
		}
		Map<ServiceKey, Boolean> old = before.failoverSwitch().exceptions();
		Map<ServiceKey, Boolean> now = after.failoverSwitch().exceptions();
		TreeSet<ServiceKey> services = new TreeSet<>(old.keySet());
		services.addAll(now.keySet());
		for (ServiceKey service : services) {
			if (!Objects.equals(old.get(service), now.get(service))) {
				changes.add(new SwitchChangedEvent(after.since(), namespace.name(), service.toString(),
						old.get(service), now.get(service), "elsewhere", SwitchOrigin.ELSEWHERE, null, null,
						SwitchOutcome.APPLIED, findings));
			}
		}
		return changes;
	}

	/**
	 * Returns an entry for a switch that has none: it was set while no process was
	 * running, or by a process that ended before it was recorded.
	 * @param namespace the namespace
	 * @param view the view with the switch
	 * @return the entry
	 */
	static SwitchChangedEvent unexplained(FailoverNamespace namespace, View view) {
		SwitchState state = view.failoverSwitch();
		String by = !isOurs(namespace, view) ? SOURCE + view.activeSource().name()
				: (state.by() != null) ? state.by() : "file";
		Instant at = state.at();
		return new SwitchChangedEvent((at != null) ? at : view.since(), namespace.name(), null, null, view.isOn(), by,
				origin(by), state.reason(), state.until(), SwitchOutcome.APPLIED,
				List.of("found in force; nobody has recorded the change itself"));
	}

	/** The time of the file, unless it was set back, or is that of an older switch. */
	private static Instant at(SwitchState state, View before) {
		Instant at = state.at();
		Instant now = Instant.now();
		return (at != null && at.isAfter(before.since()) && at.isBefore(now)) ? at : now;
	}

	/**
	 * The switch that a change has led to, as it is remembered. A switch that comes back
	 * when a file is taken away is older than the file, and yet no repetition.
	 * @param namespace the namespace
	 * @param before the view before
	 * @param after the view after
	 * @param change a change between the two
	 * @return the switch
	 */
	static SwitchState remembered(FailoverNamespace namespace, View before, View after, SwitchChangedEvent change) {
		SwitchState state = after.failoverSwitch();
		return changesHands(namespace, before, after) ? new SwitchState(state.enabled(), change.at(), state.by(),
				state.reason(), state.until(), state.exceptions()) : state;
	}

	/** Whether a local file has started or stopped taking precedence over the store. */
	private static boolean changesHands(FailoverNamespace namespace, View before, View after) {
		FailoverSource local = namespace.local();
		return local != null && before.activeSource() != after.activeSource()
				&& (before.activeSource() == local || after.activeSource() == local);
	}

	private static boolean isOurs(FailoverNamespace namespace, View view) {
		return view.activeSource() == namespace.store() || view.activeSource() == namespace.local();
	}

	private static String author(FailoverNamespace namespace, View before, View after) {
		if (changesHands(namespace, before, after) && isOurs(namespace, before) && isOurs(namespace, after)) {
			return "file";
		}
		SwitchStage stage = after.failoverSwitch().stage();
		if (stage != null && stage.state() == State.STOPPED
				&& StageNews.between(before.failoverSwitch(), after.failoverSwitch()) != null) {
			// The switch there was before is in force again, and nobody has set it now.
			return STAGE;
		}
		if (before.activeSource() != after.activeSource()) {
			FailoverSource author = (after.activeSource() == namespace.store()) ? before.activeSource()
					: after.activeSource();
			return SOURCE + author.name();
		}
		@Nullable String by = after.failoverSwitch().by();
		return (by != null) ? by : "file";
	}

	private static SwitchOrigin origin(String by) {
		if (by.startsWith(SOURCE)) {
			return SwitchOrigin.SOURCE;
		}
		return by.equals("file") ? SwitchOrigin.FILE : SwitchOrigin.ELSEWHERE;
	}

}
