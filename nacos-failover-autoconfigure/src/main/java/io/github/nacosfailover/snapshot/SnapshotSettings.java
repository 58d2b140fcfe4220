package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Set;

/**
 * How snapshots are taken.
 *
 * @param enabled whether they are taken by themselves; on demand they always are
 * @param delay how long changes are gathered before they are written
 * @param interval pause between two rounds that look at every service
 * @param scope which services are saved
 * @param groups groups to save besides those in use, in {@link Scope#NAMESPACE}
 * @param maxShrink part of its healthy instances that a service may lose at once, from 0
 * to 1
 * @param settle how long a service that lost more has to be seen like that before its
 * backup follows
 * @param maxShrunkServices part of the services that may shrink at the same time before
 * that is taken for a fault of the server, from 0 to 1
 */
public record SnapshotSettings(boolean enabled, Duration delay, Duration interval, Scope scope, Set<String> groups,
		double maxShrink, Duration settle, double maxShrunkServices) {

	/** What is right for most applications. */
	public static final SnapshotSettings DEFAULTS = new SnapshotSettings(true, Duration.ofSeconds(10),
			Duration.ofMinutes(10), Scope.USED, Set.of(), 0.5, Duration.ofMinutes(15), 0.2);

	private static final Duration LONGEST_RETRY_PAUSE = Duration.ofSeconds(30);

	private static final int LOOKS_WHILE_SETTLING = 10;

	public SnapshotSettings {
		requirePositive("delay", delay);
		requirePositive("interval", interval);
		requirePart("maxShrink", maxShrink);
		requirePart("maxShrunkServices", maxShrunkServices);
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

	private static void requirePart(String name, double part) {
		if (!(part >= 0 && part <= 1)) {
			throw new IllegalArgumentException("%s is not from 0 to 1: %s".formatted(name, part));
		}
	}

	/**
	 * Pause between two looks at a service whose backup is kept: short enough for a state
	 * that does not hold to be noticed, and for a restart not to cost much of what has
	 * been seen.
	 */
	Duration watchPause() {
		return min(this.interval, max(this.delay, this.settle.dividedBy(LOOKS_WHILE_SETTLING)));
	}

	/**
	 * Pause after which a round that could not do its work is repeated.
	 */
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

		/** Those that the application has asked for or subscribed to. */
		USED,

		/** Those and all others of their groups. */
		NAMESPACE

	}

}
