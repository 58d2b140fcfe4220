package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.UsageLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services that were in use in the last 30 days, by this process, its forerunners, or
 * others that share the store. None of it is done by queries.
 */
final class RememberedServices {

	private static final Logger logger = LoggerFactory.getLogger(RememberedServices.class);

	private final FailoverStore store;

	private final ProblemLog problemLog;

	private volatile Set<ServiceKey> lastRead = Set.of();

	RememberedServices(String namespace, FailoverStore store) {
		this.store = store;
		this.problemLog = new ProblemLog(logger, "services in use of namespace '%s'".formatted(namespace));
	}

	/**
	 * What was last read, without looking again.
	 */
	Set<ServiceKey> known() {
		return this.lastRead;
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
			Set<ServiceKey> read = Set.copyOf(log.read().keySet());
			this.lastRead = read;
			return read;
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Which services are in use cannot be read", ex);
			this.problemLog.update(ex.toString());
			return null;
		}
	}

	/**
	 * Remembers services.
	 * @param used the services in use now
	 */
	void add(Collection<ServiceKey> used) {
		UsageLog log = this.store.usageLog();
		if (log == null) {
			return;
		}
		try {
			if (!used.isEmpty()) {
				log.add(used, LocalDate.now(ZoneOffset.UTC));
			}
			this.problemLog.update(null);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Which services are in use cannot be remembered", ex);
			this.problemLog.update(ex.toString());
		}
	}

}
