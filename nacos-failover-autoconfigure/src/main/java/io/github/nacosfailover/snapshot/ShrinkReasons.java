package io.github.nacosfailover.snapshot;

import java.time.Duration;

/**
 * The reasons for which a backup is kept, as shown to operators.
 */
final class ShrinkReasons {

	private final SnapshotSettings settings;

	ShrinkReasons(SnapshotSettings settings) {
		this.settings = settings;
	}

	/**
	 * The reason if a service has shrunk alone.
	 */
	String ofLoss(ServiceGuardState state, int healthy, boolean certain) {
		String until = certain ? "until that has held for %s, %s so far".formatted(words(this.settings.settle()),
				words(state.shrunkFor())) : "since no client can tell whether the server is there";
		return "%s; the backup is kept %s, or a snapshot is taken by force".formatted(losses(state, healthy), until);
	}

	/**
	 * The reason if a service has shrunk together with others.
	 * @param shrunk number of shrunk services
	 * @param backedUp number of services with a backup
	 */
	String ofMany(ServiceGuardState state, int healthy, int shrunk, int backedUp) {
		return "%s, and %d of %d services have shrunk at the same time, which is more than %s; the backup is kept until "
			.formatted(losses(state, healthy), shrunk, backedUp, percent(this.settings.maxShrunkServices()))
				+ "there are fewer, or a snapshot is taken by force";
	}

	private String losses(ServiceGuardState state, int healthy) {
		int before = state.mostHealthy();
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
	 */
	String ofRestore(Duration restoredFor) {
		return "a snapshot was restored %s ago, which is kept for %s, or until one is taken by force"
			.formatted(words(restoredFor), words(this.settings.settle()));
	}

	private static String percent(double part) {
		return Math.round(part * 100) + " %";
	}

	private static String words(Duration duration) {
		return (duration.toSeconds() >= 120) ? duration.toMinutes() + " m" : duration.toSeconds() + " s";
	}

}
