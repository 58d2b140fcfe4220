package io.github.nacosfailover.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Changes that a store has not confirmed. It may have carried them out, now or later, and
 * then they are no longer refused.
 */
final class UnconfirmedChanges {

	private final Map<FailoverNamespace, Unconfirmed> changes = new ConcurrentHashMap<>();

	/**
	 * Takes note of a change.
	 * @param target the namespace
	 * @param before the view before it
	 * @param change the change
	 * @param meant the switch that it was to lead to
	 * @param failure what the store has said
	 */
	void note(FailoverNamespace target, View before, SwitchChange change, SwitchState meant, String failure) {
		this.changes.put(target, new Unconfirmed(before, change, meant, failure));
	}

	/**
	 * Looks for a change that has led to the switch in force, and forgets it.
	 * @param target the namespace
	 * @param view its view
	 * @return the change as it was carried out, {@code null} if there is none
	 */
	@Nullable SwitchChanged take(FailoverNamespace target, View view) {
		Unconfirmed found = this.changes.get(target);
		if (found == null || !found.meant().equals(view.failoverSwitch()) || !this.changes.remove(target, found)) {
			return null;
		}
		return found.change()
			.toEvent(target, found.before(), found.meant(), SwitchOutcome.APPLIED,
					List.of("carried out, though not confirmed in time: " + found.failure()));
	}

	private record Unconfirmed(View before, SwitchChange change, SwitchState meant, String failure) {

	}

}
