package io.github.nacosfailover.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.BackupHeldEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of a namespace that are kept although the server reports something else.
 * Logs and publishes each when it is first kept. Read by any thread, changed by one at a
 * time.
 */
final class KeptBackups {

	private static final Logger logger = LoggerFactory.getLogger(KeptBackups.class);

	/** When a server fails it may be thousands, a few in each round. */
	private static final int MAX_LINES_PER_MINUTE = 10;

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	private final String namespace;

	private final Consumer<Object> events;

	private volatile Map<ServiceKey, String> reasons = Map.of();

	private long minuteBegan = System.nanoTime() - MINUTE;

	private int linesOfMinute;

	KeptBackups(String namespace, Consumer<Object> events) {
		this.namespace = namespace;
		this.events = events;
	}

	/** The reasons by service. */
	Map<ServiceKey, String> reasons() {
		return this.reasons;
	}

	/**
	 * Update the services of a round.
	 * @param kept those among the decided services whose backup is kept, with the reason
	 */
	void update(Collection<ServiceKey> decided, Map<ServiceKey, String> kept) {
		Map<ServiceKey, String> before = this.reasons;
		if (before.isEmpty() && kept.isEmpty()) {
			return;
		}
		Map<ServiceKey, String> after = new TreeMap<>(before);
		decided.forEach(after::remove);
		after.putAll(kept);
		this.reasons = Collections.unmodifiableMap(after);
		report(before, after);
	}

	/** Reserve log lines of this minute, as many as there are left. */
	private int takeLines(int wanted) {
		long now = System.nanoTime();
		if (now - this.minuteBegan >= MINUTE) {
			this.minuteBegan = now;
			this.linesOfMinute = 0;
		}
		int taken = Math.min(wanted, MAX_LINES_PER_MINUTE - this.linesOfMinute);
		this.linesOfMinute += taken;
		return taken;
	}

	private void report(Map<ServiceKey, String> before, Map<ServiceKey, String> after) {
		List<ServiceKey> begun = new ArrayList<>(after.keySet());
		begun.removeAll(before.keySet());
		int lines = takeLines(begun.size());
		begun.stream()
			.limit(lines)
			.forEach((key) -> logger.warn("Failover of namespace '{}': the backup of {} is kept: {}", this.namespace,
					key, after.get(key)));
		if (begun.size() > lines) {
			logger.warn("Failover of namespace '{}': {} more backups are kept; the endpoint nacosfailoversnapshots "
					+ "lists the reasons", this.namespace, begun.size() - lines);
		}
		List<ServiceKey> ended = new ArrayList<>(before.keySet());
		ended.removeAll(after.keySet());
		if (!ended.isEmpty()) {
			logger.info("Failover of namespace '{}': {} backups are updated again, {} are still kept", this.namespace,
					ended.size(), after.size());
		}
		begun.forEach((key) -> this.events
			.accept(new BackupHeldEvent(this.namespace, key.toString(), after.getOrDefault(key, ""))));
	}

}
