package io.github.nacosfailover.store;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * The services in use, persisted by a store for all processes that share it. Safe for use
 * by any thread, and by several processes at once.
 */
public interface UsageLog {

	/**
	 * The services that processes have used lately.
	 * @return the day in UTC on which each was last said to be in use
	 * @throws IOException if they cannot be read; the message names the place and the
	 * cure
	 */
	Map<ServiceKey, LocalDate> read() throws IOException;

	/**
	 * Notes that services are in use. Nothing is written if that is known already.
	 * @param services the services
	 * @param today the day
	 * @throws IOException if it cannot be written
	 */
	void add(Collection<ServiceKey> services, LocalDate today) throws IOException;

}
