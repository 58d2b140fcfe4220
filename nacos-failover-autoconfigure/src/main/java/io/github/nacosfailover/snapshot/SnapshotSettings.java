package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Set;

/**
 * The settings of snapshots.
 *
 * @param enabled whether they are taken automatically; on request they always are
 * @param delay how long changes are collected before they are written
 * @param interval pause between two rounds of all services
 * @param scope which services are saved
 * @param groups groups to save besides those in use, in {@link Scope#NAMESPACE}
 * @param maxShrink share of its healthy instances that a service may lose at once, from 0
 * to 1
 * @param settle how long a larger loss has to hold before the backup is replaced
 * @param maxShrunkServices share of the services that may shrink at the same time; more
 * indicate a fault of the server, from 0 to 1
 */
public record SnapshotSettings(boolean enabled, Duration delay, Duration interval, Scope scope, Set<String> groups,
		double maxShrink, Duration settle, double maxShrunkServices) {

	/** The defaults of the properties. */
	public static final SnapshotSettings DEFAULTS = new SnapshotSettings(true, Duration.ofSeconds(10),
			Duration.ofMinutes(10), Scope.USED, Set.of(), 0.5, Duration.ofMinutes(15), 0.2);

	private static final Duration LONGEST_RETRY_PAUSE = Duration.ofSeconds(30);

	private static final int OBSERVATIONS_WHILE_SETTLING = 10;

	public SnapshotSettings {
		requirePositive("delay", delay);
		requirePositive("interval", interval);
		requireShare("maxShrink", maxShrink);
		requireShare("maxShrunkServices", maxShrunkServices);
		if (settle.isNegative()) {
			throw new IllegalArgumentException("settle is negative: " + settle);
		}
		groups = Set.copyOf(groups);
	}

	private static void requirePositive(String name, Duration duration) {
		if (duration.isZero() || duration.isNegative()) {
			throw new IllegalArgumentException("%s is not positive: %s".formatted(name, duration));
		}
	}

	private static void requireShare(String name, double share) {
		if (!(share >= 0 && share <= 1)) {
			throw new IllegalArgumentException("%s is not from 0 to 1: %s".formatted(name, share));
		}
	}

	/**
	 * Pause between two observations of a service whose backup is kept: short enough to
	 * detect a state that does not hold, and to lose little of the elapsed time by a
	 * restart.
	 */
	Duration watchPause() {
		return min(this.interval, max(this.delay, this.settle.dividedBy(OBSERVATIONS_WHILE_SETTLING)));
	}

	/** Pause after which a round that has failed is repeated. */
	Duration retryPause() {
		return min(this.interval, max(this.delay, LONGEST_RETRY_PAUSE));
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private static Duration max(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/** Which services are saved. */
	public enum Scope {

		/** Those that the application has queried or subscribed to. */
		USED,

		/** Those and all others of their groups. */
		NAMESPACE

	}

}
