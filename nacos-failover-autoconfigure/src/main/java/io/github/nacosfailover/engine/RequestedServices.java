package io.github.nacosfailover.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the services that were asked for, two look-ups away for queries. An
 * application such as a gateway may be asked for any name by outsiders, so names that no
 * source knows are kept up to a number only.
 */
final class RequestedServices {

	private static final int MAX_UNKNOWN = 1000;

	private final Map<String, Map<String, ServiceUsage>> byGroup = new ConcurrentHashMap<>();

	private final AtomicInteger unknown = new AtomicInteger();

	/** Counts for all names that are not kept. */
	private final ServiceUsage others = new ServiceUsage();

	@Nullable ServiceUsage find(String group, String service) {
		Map<String, ServiceUsage> services = this.byGroup.get(group);
		return (services != null) ? services.get(service) : null;
	}

	/**
	 * Adds a service that is asked for, for the first time as it seems.
	 * @param key the service
	 * @param known whether a source knows it
	 * @param added called if it was not there
	 * @return its counters; those of all others if it is one unknown name too many
	 */
	ServiceUsage add(ServiceKey key, boolean known, Runnable added) {
		if (!known && this.unknown.get() >= MAX_UNKNOWN) {
			return this.others;
		}
		ServiceUsage created = new ServiceUsage();
		if (known) {
			created.becomeKnown();
		}
		ServiceUsage before = this.byGroup.computeIfAbsent(key.group(), (name) -> new ConcurrentHashMap<>())
			.putIfAbsent(key.service(), created);
		if (before != null) {
			return before;
		}
		if (!known) {
			this.unknown.incrementAndGet();
		}
		added.run();
		return created;
	}

	/**
	 * Records that a source knows a service.
	 * @return whether that is new
	 */
	boolean becomesKnown(ServiceUsage usage) {
		boolean isNew = usage != this.others && usage.becomeKnown();
		if (isNew) {
			this.unknown.decrementAndGet();
		}
		return isNew;
	}

	Collection<ServiceKey> all() {
		List<ServiceKey> all = new ArrayList<>();
		this.byGroup.forEach(
				(group, services) -> services.keySet().forEach((service) -> all.add(ServiceKey.of(group, service))));
		return all;
	}

}
