package io.github.nacosfailover.benchmarks.outages;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The backup that snapshots keep: it follows the server, but for a loss, which has to
 * last. It survives a restart of the consumer.
 */
final class Backups {

	private static final int SNAPSHOT_SECONDS = 10;

	private static final int SETTLE_SECONDS = 15 * 60;

	private static final double MAX_SHRINK = 0.5;

	private Set<String> backup;

	private @Nullable Integer lossSince;

	Backups(World world) {
		Set<String> list = world.clientList();
		this.backup = (list != null) ? new LinkedHashSet<>(list) : Set.of();
	}

	/** Follow the server, unless what there is is served. */
	Set<String> follow(int second, World world, boolean served) {
		Set<String> live = world.isServerReachable() ? world.clientList() : null;
		if (live == null || served || second % SNAPSHOT_SECONDS != 0) {
			return this.backup;
		}
		boolean loss = live.isEmpty() || this.backup.size() - live.size() > MAX_SHRINK * this.backup.size();
		if (!loss) {
			this.lossSince = null;
			this.backup = new LinkedHashSet<>(live);
		}
		else if (this.lossSince == null) {
			this.lossSince = second;
		}
		else if (second - this.lossSince >= SETTLE_SECONDS) {
			this.lossSince = null;
			this.backup = new LinkedHashSet<>(live);
		}
		return this.backup;
	}

}
