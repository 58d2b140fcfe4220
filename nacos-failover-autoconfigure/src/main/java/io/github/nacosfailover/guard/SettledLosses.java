package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Services that have had the same number of live instances for so long that the change is
 * taken as intended, while failover was on and the server was up. Time passes only
 * between two looks. Safe for use by any thread.
 */
final class SettledLosses {

	private final Duration settle;

	/** More between two looks may have been a pause in which nothing was seen. */
	private final Duration longestLook;

	private final Map<ServiceKey, Held> held = new HashMap<>();

	/**
	 * Creates a new instance.
	 * @param settle how long a number has to hold
	 * @param longestLook what counts at most between two looks
	 */
	SettledLosses(Duration settle, Duration longestLook) {
		this.settle = settle;
		this.longestLook = longestLook;
	}

	/**
	 * Records a look.
	 * @param key the service
	 * @param healthy number of healthy live instances, {@code null} if the server did not
	 * answer
	 * @param now the time on a clock that only runs forward, in nanoseconds
	 */
	synchronized void looked(ServiceKey key, @Nullable Integer healthy, long now) {
		Held before = this.held.get(key);
		if (healthy == null) {
			this.held.remove(key);
		}
		else if (before == null || before.healthy() != healthy) {
			this.held.put(key, new Held(healthy, Duration.ZERO, now));
		}
		else {
			Duration passed = Duration.ofNanos(Math.max(0, now - before.at()));
			passed = (passed.compareTo(this.longestLook) <= 0) ? passed : this.longestLook;
			this.held.put(key, new Held(healthy, before.time().plus(passed), now));
		}
	}

	/** Forgets all: the server was away, or failover off. */
	synchronized void startAgain() {
		this.held.clear();
	}

	/** Forgets services that are not served any more. */
	synchronized void retain(Set<ServiceKey> keys) {
		this.held.keySet().retainAll(keys);
	}

	/**
	 * Whether a service is like this for good.
	 * @param key the service
	 * @param healthy number of healthy live instances now
	 * @return {@code true} if it has been the same for long enough
	 */
	synchronized boolean hasSettled(ServiceKey key, long healthy) {
		Held held = this.held.get(key);
		return held != null && held.healthy() == healthy && held.time().compareTo(this.settle) >= 0;
	}

	/**
	 * A number that has held.
	 *
	 * @param healthy the number
	 * @param time how long it has, for certain
	 * @param at when it was last seen
	 */
	private record Held(int healthy, Duration time, long at) {

	}

}
