package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.store.LoggedChanges;
import io.github.nacosfailover.store.SwitchLog;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps who has switched, and tells it: in the log of the application, in that of the
 * store, and to listeners.
 */
final class SwitchRecorder {

	private static final Logger logger = LoggerFactory.getLogger(SwitchRecorder.class);

	/** Times of files may be as coarse as this. */
	private static final Duration RESOLUTION = Duration.ofSeconds(2);

	/** What this process knows, oldest first. */
	private final Map<FailoverNamespace, List<LoggedChange>> recent = new HashMap<>();

	/** What could not be added to the log yet, oldest first. */
	private final Map<FailoverNamespace, List<LoggedChange>> unwritten = new HashMap<>();

	private final BiConsumer<String, Consumer<FailoverListener>> listeners;

	SwitchRecorder(BiConsumer<String, Consumer<FailoverListener>> listeners) {
		this.listeners = listeners;
	}

	/**
	 * Records a change.
	 * @param namespace the namespace
	 * @param change the change
	 * @param state the switch that it has led to, or that there still is
	 * @param took how long it took until queries saw it, {@code null} if that is not
	 * known
	 */
	void record(FailoverNamespace namespace, SwitchChangedEvent change, SwitchState state, @Nullable Duration took) {
		log(namespace, change);
		keep(namespace, LoggedChange.of(change, state),
				change.origin() != SwitchOrigin.ELSEWHERE || namespace.local() != null);
		this.listeners.accept("switchChanged", (listener) -> listener.switchChanged(namespace, change, took));
	}

	/**
	 * Records what was done to backups.
	 * @param namespace the namespace
	 * @param entry what was done
	 */
	void recordBackups(FailoverNamespace namespace, SwitchChangedEvent entry) {
		keep(namespace, LoggedChange.of(entry), true);
	}

	/**
	 * Tells listeners that queries see another view.
	 * @param namespace the namespace
	 * @param before the view before
	 * @param after the view that they see
	 */
	void applied(FailoverNamespace namespace, View before, View after) {
		if (before != after) {
			this.listeners.accept("viewApplied", (listener) -> listener.viewApplied(namespace, before, after));
		}
	}

	/**
	 * Records what has become of a stage between two states of the switch, if anything.
	 * @param namespace the namespace
	 * @param before the switch before
	 * @param after the switch after
	 * @param by who has made the change
	 * @param origin the way it came
	 * @param outcome its outcome
	 * @param findings what guards have said
	 */
	void recordStage(FailoverNamespace namespace, SwitchState before, SwitchState after, String by, SwitchOrigin origin,
			SwitchOutcome outcome, List<String> findings) {
		String news = StageNews.between(before, after);
		if (news != null) {
			recordStage(namespace,
					StageNews.event(namespace.name(), after.stage(), by, origin, outcome, findings, news));
		}
	}

	/**
	 * Records what has become of a stage.
	 * @param namespace the namespace
	 * @param entry what has become of it
	 */
	void recordStage(FailoverNamespace namespace, SwitchChangedEvent entry) {
		logger.info("Failover of namespace '{}': stage, by {} ({}): {}", namespace.name(), printable(entry.by()),
				entry.origin(), printable(entry.detail()));
		keep(namespace, LoggedChange.of(entry), true);
	}

	/**
	 * Records the switch in force if no entry explains it.
	 * @param namespace the namespace
	 */
	void explain(FailoverNamespace namespace) {
		View view = namespace.view();
		if (!isExplained(view, recent(namespace, false))) {
			SwitchChangedEvent entry = ExternalChange.unexplained(namespace, view);
			log(namespace, entry);
			keep(namespace, LoggedChange.of(entry, view.failoverSwitch()), true);
		}
	}

	private void keep(FailoverNamespace namespace, LoggedChange change, boolean ours) {
		synchronized (this.recent) {
			add(this.recent, namespace, change);
			if (ours && namespace.switchLog() != null) {
				add(this.unwritten, namespace, change);
				Throwable failure = flush(namespace);
				if (failure != null) {
					logger.warn("Failover of namespace '{}': a change is not in the history file yet and is written "
							+ "with the next one: {}", namespace.name(), Faults.explain(failure));
				}
			}
		}
	}

	/**
	 * Adds to the log of a namespace what could not be added before.
	 * @param namespace the namespace
	 * @return why some of it still cannot be added, {@code null} if all is
	 */
	@Nullable Throwable flush(FailoverNamespace namespace) {
		Throwable failure = null;
		SwitchLog log = namespace.switchLog();
		synchronized (this.recent) {
			List<LoggedChange> left = new ArrayList<>(this.unwritten.getOrDefault(namespace, List.of()));
			try {
				while (log != null && !left.isEmpty()) {
					log.add(left.get(0));
					left.remove(0);
				}
			}
			catch (Throwable ex) {
				// It has been carried out, and must not look as if it had not.
				failure = ex;
			}
			this.unwritten.put(namespace, left);
		}
		return failure;
	}

	private static void add(Map<FailoverNamespace, List<LoggedChange>> changes, FailoverNamespace namespace,
			LoggedChange change) {
		List<LoggedChange> longer = new ArrayList<>(changes.getOrDefault(namespace, List.of()));
		longer.add(change);
		changes.put(namespace, LoggedChanges.fold(longer));
	}

	private static void log(FailoverNamespace namespace, SwitchChangedEvent change) {
		String what = "namespace '" + namespace.name() + "'";
		if (change.service() != null) {
			what += ", service " + change.service();
		}
		String state = (change.after() == null) ? "as its namespace" : change.after() ? "ON" : "OFF";
		String outcome = switch (change.outcome()) {
			case APPLIED -> "is " + state;
			case FORCED -> "is " + state + " by force";
			case REFUSED -> "stays as it is, " + state + " was refused";
		};
		logger.info("Failover of {} {}: by {} ({}){}{}, {} of {} backups in use{}", printable(what), outcome,
				printable(change.by()), change.origin(),
				isGiven(change.reason()) ? ", reason " + printable(change.reason()) : "",
				(change.until() != null) ? ", until " + change.until() : "", namespace.view().served().size(),
				namespace.view().backups().size(),
				change.findings().isEmpty() ? "" : "; " + printable(String.join("; ", change.findings())));
	}

	private static boolean isGiven(@Nullable String reason) {
		return reason != null && !reason.isEmpty();
	}

	/**
	 * Names and reasons come from outside: they must not be able to forge lines of the
	 * log.
	 */
	private static @Nullable String printable(@Nullable String text) {
		return (text != null) ? text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]", "?") : null;
	}

	/**
	 * The last changes of namespaces.
	 * @param namespaces the namespaces
	 * @return the changes, newest first
	 */
	List<SwitchChangedEvent> recent(Collection<FailoverNamespace> namespaces) {
		List<List<SwitchChangedEvent>> all = new ArrayList<>();
		namespaces.forEach((namespace) -> all.add(recent(namespace, true)));
		return LoggedChanges.bound(newestFirst(all));
	}

	/** Joins lists that are in order each, which is kept though clocks were set back. */
	private static List<SwitchChangedEvent> newestFirst(List<List<SwitchChangedEvent>> lists) {
		List<Deque<SwitchChangedEvent>> left = new ArrayList<>();
		lists.forEach((list) -> left.add(new ArrayDeque<>(list)));
		List<SwitchChangedEvent> joined = new ArrayList<>();
		while (true) {
			left.removeIf(Deque::isEmpty);
			if (left.isEmpty()) {
				return joined;
			}
			joined.add(Collections.max(left, Comparator.comparing((list) -> list.getFirst().at())).removeFirst());
		}
	}

	private List<SwitchChangedEvent> recent(FailoverNamespace namespace, boolean explained) {
		View view = namespace.view();
		List<SwitchChangedEvent> changes = new ArrayList<>(recent(namespace));
		if (explained && !isExplained(view, changes)) {
			changes.add(0, ExternalChange.unexplained(namespace, view));
		}
		return changes;
	}

	/** Whether the last change has led to the switch in force. */
	private static boolean isExplained(View view, List<SwitchChangedEvent> newestFirst) {
		SwitchState state = view.failoverSwitch();
		Instant at = state.at();
		for (SwitchChangedEvent change : newestFirst) {
			if (change.action() == SwitchAction.SWITCH && change.service() == null
					&& change.outcome() != SwitchOutcome.REFUSED) {
				return Boolean.valueOf(view.isOn()).equals(change.after())
						&& (at == null || at.isAfter(Instant.now()) || !change.last().isBefore(at.minus(RESOLUTION)));
			}
		}
		return !view.isOn();
	}

	private List<SwitchChangedEvent> recent(FailoverNamespace namespace) {
		flush(namespace);
		List<LoggedChange> unwritten;
		List<LoggedChange> recent;
		synchronized (this.recent) {
			unwritten = this.unwritten.getOrDefault(namespace, List.of());
			recent = this.recent.getOrDefault(namespace, List.of());
		}
		SwitchLog log = namespace.switchLog();
		if (log != null) {
			try {
				List<SwitchChangedEvent> kept = new ArrayList<>(log.read());
				if (!kept.isEmpty()) {
					unwritten.forEach((change) -> kept.add(0, change.change()));
					return kept;
				}
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("The history of {} cannot be read", namespace.store().location(), ex);
			}
		}
		List<SwitchChangedEvent> changes = new ArrayList<>();
		recent.forEach((change) -> changes.add(0, change.change()));
		return changes;
	}

}
