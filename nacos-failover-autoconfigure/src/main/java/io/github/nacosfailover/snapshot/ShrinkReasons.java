package io.github.nacosfailover.snapshot;

import java.time.Duration;

/**
 * Why a backup is kept although the server says something else, in words for operators.
 */
final class ShrinkReasons {

	private final SnapshotSettings settings;

	ShrinkReasons(SnapshotSettings settings) {
		this.settings = settings;
	}

	/**
	 * The reason if a service has shrunk alone.
	 * @param memory what is remembered of it
	 * @param healthy how many healthy instances there are now
	 * @param certain whether that is certain
	 */
	String ofLoss(ServiceGuardState memory, int healthy, boolean certain) {
		String until = certain ? "until that has held for %s, %s so far".formatted(words(this.settings.settle()),
				words(memory.shrunkFor())) : "since no client can tell whether the server is there";
		return "%s; the backup is kept %s, or a snapshot is taken by force".formatted(losses(memory, healthy), until);
	}

	/**
	 * The reason if a service has shrunk together with others.
	 * @param memory what is remembered of it
	 * @param healthy how many healthy instances there are now
	 * @param all how many services have shrunk
	 * @param backedUp of how many
	 */
	String ofMany(ServiceGuardState memory, int healthy, long all, int backedUp) {
		return "%s, and %d of %d services have shrunk at the same time, which is more than %s; the backup is kept until "
			.formatted(losses(memory, healthy), all, backedUp, percent(this.settings.maxShrunkServices()))
				+ "there are fewer, or a snapshot is taken by force";
	}

	private String losses(ServiceGuardState memory, int healthy) {
		int before = memory.mostHealthy();
		if (healthy == 0) {
			return "none of %d healthy instances is left".formatted(before);
		}
		String left = "%d of %d healthy instances are left".formatted(healthy, before);
		return (before - healthy > this.settings.maxShrink() * before)
				? "%s, a loss of more than %s".formatted(left, percent(this.settings.maxShrink()))
				: left + " since failover was on for it, and the others may be about to come back";
	}

	/**
	 * The reason after a restore.
	 * @param restoredFor how long ago that was
	 */
	String ofRestore(Duration restoredFor) {
		return "a snapshot was brought back %s ago, which is kept for %s, or until one is taken by force"
			.formatted(words(restoredFor), words(this.settings.settle()));
	}

	private static String percent(double part) {
		return Math.round(part * 100) + " %";
	}

	private static String words(Duration duration) {
		return (duration.toSeconds() >= 120) ? duration.toMinutes() + " m" : duration.toSeconds() + " s";
	}

}
