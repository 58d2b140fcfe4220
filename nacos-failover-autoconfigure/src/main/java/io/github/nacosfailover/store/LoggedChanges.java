package io.github.nacosfailover.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOutcome;

/**
 * Folds and bounds the history of switches: repeated refusals are one entry, and so is an
 * edit that several processes have observed. Refusals do not displace changes that were
 * made.
 */
public final class LoggedChanges {

	private LoggedChanges() {
	}

	/**
	 * Folds related entries, and drops the oldest beyond the limits.
	 * @param changes the changes, oldest first
	 * @return what is left, oldest first
	 */
	public static List<LoggedChange> fold(List<LoggedChange> changes) {
		List<LoggedChange> folded = new ArrayList<>();
		for (LoggedChange change : changes) {
			if (!(change.isRefused() ? joinRefusal(folded, change) : joinEdit(folded, change))) {
				folded.add(change);
			}
		}
		Set<SwitchChangedEvent> kept = Collections.newSetFromMap(new IdentityHashMap<>());
		List<SwitchChangedEvent> newestFirst = new ArrayList<>(folded.stream().map(LoggedChange::change).toList());
		Collections.reverse(newestFirst);
		kept.addAll(bound(newestFirst));
		folded.removeIf((entry) -> !kept.contains(entry.change()));
		return folded;
	}

	/** Refusals are folded only if no change lies between them. */
	private static boolean joinRefusal(List<LoggedChange> folded, LoggedChange refusal) {
		for (int i = folded.size() - 1; i >= 0; i--) {
			LoggedChange known = folded.get(i);
			if (refusal.isSameRefusalAs(known)) {
				folded.set(i, known.repeatedBy(refusal));
				return true;
			}
			if (!known.isRefused() && known.isOfSameSwitchAs(refusal)) {
				return false;
			}
		}
		return false;
	}

	private static boolean joinEdit(List<LoggedChange> folded, LoggedChange change) {
		LoggedChange newest = null;
		for (int i = folded.size() - 1; i >= 0; i--) {
			LoggedChange known = folded.get(i);
			if (known.isRefused() || !known.isOfSameSwitchAs(change)) {
				continue;
			}
			if (newest == null) {
				newest = known;
				if (Objects.equals(known.stateAt(), change.stateAt())
						&& !Objects.equals(known.change().after(), change.change().after())) {
					// On, off and on within one tick of the file system.
					return false;
				}
			}
			if (change.isSameEditAs(known)) {
				if (known.isObserved() && !change.isObserved()) {
					// The process that made the change has more details than one that
					// observed it.
					folded.set(i, change);
				}
				return true;
			}
			if (known == newest && change.isRewriteAfter(known)) {
				folded.set(i, known.repeatedBy(change));
				return true;
			}
		}
		return false;
	}

	/**
	 * Drops what is too old.
	 * @param newestFirst the changes
	 * @return those that are kept, in the same order
	 */
	public static List<SwitchChangedEvent> bound(List<SwitchChangedEvent> newestFirst) {
		List<SwitchChangedEvent> kept = new ArrayList<>();
		Set<String> switched = new HashSet<>();
		int made = 0;
		int refused = 0;
		for (SwitchChangedEvent change : newestFirst) {
			if (change.outcome() == SwitchOutcome.REFUSED) {
				if (refused++ < SwitchLog.REFUSED) {
					kept.add(change);
				}
				continue;
			}
			boolean explains = change.action() == SwitchAction.SWITCH && change.service() == null
					&& switched.add(change.namespace());
			if (made++ < SwitchLog.SIZE || explains) {
				kept.add(change);
			}
		}
		return kept;
	}

}
