package io.github.nacosfailover.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Changes of switches that this process writes, to tell those of others apart. One that a
 * store has not confirmed may have been carried out, now or later, and then it is no
 * longer refused.
 */
final class OwnChanges {

	/** The last switch that was written here. */
	private final Map<FailoverNamespace, SwitchState> written = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, SwitchState> attempts = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, Unconfirmed> changes = new ConcurrentHashMap<>();

	/**
	 * Forgets what was attempted before: a write that is never sent leads to nothing.
	 * @param target the namespace that is about to be written
	 */
	void begin(FailoverNamespace target) {
		this.attempts.remove(target);
	}

	/**
	 * Records what is sent to a store.
	 * @param target the namespace
	 * @param meant the switch that it is to lead to
	 */
	void attempt(FailoverNamespace target, SwitchState meant) {
		this.written.put(target, meant);
		this.attempts.put(target, meant);
	}

	/**
	 * Records what is sent to a store, without trying to confirm it later.
	 * @param target the namespace
	 * @param meant the switch that it is to lead to
	 */
	void write(FailoverNamespace target, SwitchState meant) {
		this.written.put(target, meant);
	}

	/** Takes whatever a namespace is switched to for the doing of others. */
	void disown(FailoverNamespace target) {
		this.written.remove(target);
	}

	/**
	 * Whether a switch is the last one that was written here.
	 */
	boolean isOwn(FailoverNamespace target, SwitchState state) {
		return state.equals(this.written.get(target));
	}

	/**
	 * Records a change that has failed.
	 * @param target the namespace
	 * @param before the view before it
	 * @param change the change
	 * @param failure what the store has said
	 */
	void fail(FailoverNamespace target, View before, SwitchChange change, String failure) {
		if (change.stage() != null) {
			// If it was begun all the same, it is recorded as the doing of others.
			disown(target);
			return;
		}
		SwitchState meant = this.attempts.remove(target);
		if (meant != null) {
			this.changes.put(target, new Unconfirmed(before, change, meant, failure));
			disown(target);
		}
	}

	/**
	 * Looks for a change that has led to the switch in force, and forgets it.
	 * @param target the namespace
	 * @param view its view
	 * @return the change as it was carried out, {@code null} if there is none
	 */
	@Nullable SwitchChangedEvent take(FailoverNamespace target, View view) {
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
