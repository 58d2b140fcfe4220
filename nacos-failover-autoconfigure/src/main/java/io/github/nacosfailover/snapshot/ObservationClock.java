package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * Measures the time between two observations of a service, on the monotonic clock of the
 * caller. Only time between two certain observations counts, and no more than a maximum:
 * a longer pause may be one of the whole process, in which nothing was seen.
 */
final class ObservationClock {

	/** Time of the last certain observation, in nanoseconds. */
	private final Map<ServiceKey, Long> observedAt = new HashMap<>();

	private final Duration maximum;

	ObservationClock(Duration maximum) {
		this.maximum = maximum;
	}

	/**
	 * Record an observation.
	 * @return the time since the last one, zero unless both are certain
	 */
	Duration observe(ServiceKey key, boolean certain, long now) {
		Long last = certain ? this.observedAt.put(key, now) : this.observedAt.remove(key);
		if (last == null || !certain) {
			return Duration.ZERO;
		}
		Duration elapsed = Duration.ofNanos(Math.max(0, now - last));
		return (elapsed.compareTo(this.maximum) <= 0) ? elapsed : this.maximum;
	}

	void retainAll(Collection<ServiceKey> keys) {
		this.observedAt.keySet().retainAll(keys);
	}

	/** Let the time until the next observation of a service count for nothing. */
	void reset(ServiceKey key) {
		this.observedAt.remove(key);
	}

}
