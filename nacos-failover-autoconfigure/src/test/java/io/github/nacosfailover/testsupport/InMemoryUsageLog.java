package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.ServiceDays;
import io.github.nacosfailover.store.UsageLog;

/**
 * A log of services in use without a disk, which fails when it is told to.
 */
public final class InMemoryUsageLog implements UsageLog {

	private Map<ServiceKey, LocalDate> days = Map.of();

	private boolean failing;

	/** Lets reads fail from now on. */
	public synchronized void fail() {
		this.failing = true;
	}

	@Override
	public synchronized Map<ServiceKey, LocalDate> read() throws IOException {
		if (this.failing) {
			throw new IOException("on purpose");
		}
		return this.days;
	}

	@Override
	public synchronized void add(Collection<ServiceKey> services, LocalDate today) {
		this.days = ServiceDays.add(this.days, services, today);
	}

}
