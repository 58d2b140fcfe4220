package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.SwitchOrigin;
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

	private final Map<FailoverNamespace, Deque<SwitchChanged>> recent = new HashMap<>();

	private final Consumer<Consumer<FailoverListener>> listeners;

	SwitchRecorder(Consumer<Consumer<FailoverListener>> listeners) {
		this.listeners = listeners;
	}

	/**
	 * Records a change.
	 * @param namespace the namespace
	 * @param change the change
	 * @param took how long it took until queries saw it, {@code null} if that is not
	 * known
	 */
	void record(FailoverNamespace namespace, SwitchChanged change, @Nullable Duration took) {
		log(namespace, change);
		synchronized (this.recent) {
			Deque<SwitchChanged> changes = this.recent.computeIfAbsent(namespace, (key) -> new ArrayDeque<>());
			changes.addFirst(change);
			if (changes.size() > SwitchLog.SIZE) {
				changes.removeLast();
			}
		}
		SwitchLog log = namespace.switchLog();
		if (log != null && (change.origin() != SwitchOrigin.ELSEWHERE || namespace.local() != null)) {
			try {
				log.add(change);
			}
			catch (Throwable ex) {
				// It has been carried out, and must not look as if it had not.
				logger.warn("Failover of namespace '{}': the change could not be added to the history of {}: {}",
						namespace.name(), namespace.store().location(), Faults.describe(ex));
			}
		}
		this.listeners.accept((listener) -> listener.switchChanged(namespace, change, took));
	}

	private static void log(FailoverNamespace namespace, SwitchChanged change) {
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
		logger.info("Failover of {} {}: by {} ({}), reason {}, until {}, {} of {} backups in use{}", printable(what),
				outcome, printable(change.by()), change.origin(), printable(change.reason()), change.until(),
				namespace.view().served().size(), namespace.view().backups().size(),
				change.findings().isEmpty() ? "" : "; " + printable(String.join("; ", change.findings())));
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
	List<SwitchChanged> recent(Collection<FailoverNamespace> namespaces) {
		List<SwitchChanged> all = new ArrayList<>();
		namespaces.forEach((namespace) -> all.addAll(recent(namespace)));
		all.sort(Comparator.comparing(SwitchChanged::at).reversed());
		return List.copyOf(all.subList(0, Math.min(SwitchLog.SIZE, all.size())));
	}

	private List<SwitchChanged> recent(FailoverNamespace namespace) {
		SwitchLog log = namespace.switchLog();
		if (log != null) {
			try {
				List<SwitchChanged> kept = log.read();
				if (!kept.isEmpty()) {
					return kept;
				}
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("The history of {} cannot be read", namespace.store().location(), ex);
			}
		}
		synchronized (this.recent) {
			return List.copyOf(this.recent.getOrDefault(namespace, new ArrayDeque<>()));
		}
	}

}
