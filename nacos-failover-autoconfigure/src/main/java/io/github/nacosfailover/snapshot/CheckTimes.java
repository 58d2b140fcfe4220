package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * How much time has passed for services between two looks at each, on the clock of the
 * caller, which only runs forward.
 */
final class CheckTimes {

	/** When a service was last looked at, in nanoseconds. */
	private final Map<ServiceKey, Long> looks = new HashMap<>();

	private final Duration longest;

	/**
	 * Creates it.
	 * @param longest as much passes at most: more may have been a pause of the whole
	 * process, in which nothing was seen
	 */
	CheckTimes(Duration longest) {
		this.longest = longest;
	}

	/**
	 * Takes note of a look.
	 * @param key the service
	 * @param certain whether it is certain what was seen
	 * @param now the time
	 * @return the time since the last look, zero unless both are certain
	 */
	Duration passed(ServiceKey key, boolean certain, long now) {
		Long last = certain ? this.looks.put(key, now) : this.looks.remove(key);
		if (last == null || !certain) {
			return Duration.ZERO;
		}
		Duration passed = Duration.ofNanos(Math.max(0, now - last));
		return (passed.compareTo(this.longest) <= 0) ? passed : this.longest;
	}

	void retainAll(Collection<ServiceKey> keys) {
		this.looks.keySet().retainAll(keys);
	}

	void forget(ServiceKey key) {
		this.looks.remove(key);
	}

	void forgetAll() {
		this.looks.clear();
	}

}
