package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.UsageLog;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services that were in use in the last 30 days, by this process, its forerunners, or
 * others that share the store. None of it is done by queries.
 */
final class RememberedServices {

	private static final Logger logger = LoggerFactory.getLogger(RememberedServices.class);

	/** Not to read and compare a file every few seconds for nothing. */
	private static final long REPEAT_NANOS = Duration.ofMinutes(10).toNanos();

	private final FailoverStore store;

	private final ProblemLog problemLog;

	private volatile Map<ServiceKey, LocalDate> lastRead = Map.of();

	/** What was last added, guarded by this. */
	private Set<ServiceKey> lastAdded = Set.of();

	private long addedAt = System.nanoTime() - REPEAT_NANOS;

	RememberedServices(String namespace, FailoverStore store) {
		this.store = store;
		this.problemLog = new ProblemLog(logger, "services in use of namespace '%s'".formatted(namespace));
	}

	/**
	 * What was last read, without looking again.
	 */
	Set<ServiceKey> known() {
		return this.lastRead.keySet();
	}

	/**
	 * Whether a service was in use today or yesterday, as of when that was last read.
	 */
	boolean isRecent(ServiceKey key) {
		LocalDate day = this.lastRead.get(key);
		return day != null && !day.isBefore(LocalDate.now(ZoneOffset.UTC).minusDays(1));
	}

	/**
	 * Reads them.
	 * @return the services, or {@code null} if nobody can tell
	 */
	@Nullable Set<ServiceKey> read() {
		UsageLog log = this.store.usageLog();
		if (log == null) {
			return Set.of();
		}
		try {
			Map<ServiceKey, LocalDate> read = Map.copyOf(log.read());
			this.lastRead = read;
			return read.keySet();
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Which services are in use cannot be read", ex);
			this.problemLog.update(Faults.explain(ex));
			return null;
		}
	}

	/**
	 * Remembers services, and looks at what others have remembered. Called by one thread
	 * at a time.
	 * @param used the services in use now
	 */
	synchronized void add(Collection<ServiceKey> used) {
		UsageLog log = this.store.usageLog();
		Set<ServiceKey> services = Set.copyOf(used);
		if (log == null || (services.equals(this.lastAdded) && System.nanoTime() - this.addedAt < REPEAT_NANOS)) {
			return;
		}
		try {
			if (!services.isEmpty()) {
				log.add(services, LocalDate.now(ZoneOffset.UTC));
			}
			Set<ServiceKey> known = read();
			if (known != null && known.containsAll(services)) {
				// Otherwise there is no directory yet, which is created with a backup.
				this.lastAdded = services;
				this.addedAt = System.nanoTime();
			}
			this.problemLog.update(null);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Which services are in use cannot be remembered", ex);
			this.problemLog.update(Faults.explain(ex));
		}
	}

}
