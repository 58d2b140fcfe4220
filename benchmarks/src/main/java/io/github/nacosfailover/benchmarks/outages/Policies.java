package io.github.nacosfailover.benchmarks.outages;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.github.nacosfailover.liveness.ServiceLiveness;
import io.github.nacosfailover.probe.ProbeResult;

/**
 * The policies that are compared. Those of others are their documented rules, as far as
 * they concern one service and one consumer.
 */
final class Policies {

	private Policies() {
	}

	static Map<String, Function<World, Policy>> all() {
		Map<String, Function<World, Policy>> all = new LinkedHashMap<>();
		all.put("stock", (world) -> (second, now) -> live(now));
		all.put("push-empty-protection", (world) -> new KeepsLast(false));
		all.put("eureka-self-preservation", (world) -> new SelfPreservation());
		all.put("polaris-zero-protection", (world) -> new KeepsLast(true));
		all.put("envoy", (world) -> new HealthChecked());
		all.put("backup-always", AlwaysBackup::new);
		all.put("backup-with-liveness", BackupWithLiveness::new);
		all.put("detector", Detector::new);
		all.put("oracle", (world) -> (second, now) -> now.usable());
		return all;
	}

	static Set<String> live(World world) {
		Set<String> list = world.clientList();
		return (list != null) ? list : Set.of();
	}

	/** Ignores an empty list; with probes, only those of the last list that answer. */
	private static final class KeepsLast implements Policy {

		private final boolean probes;

		private Set<String> last = Set.of();

		private int restarts;

		KeepsLast(boolean probes) {
			this.probes = probes;
		}

		@Override
		public Set<String> choose(int second, World world) {
			if (world.restarts() != this.restarts) {
				this.restarts = world.restarts();
				this.last = Set.of();
			}
			Set<String> live = live(world);
			if (!live.isEmpty()) {
				this.last = live;
				return live;
			}
			if (!this.probes) {
				return this.last;
			}
			Set<String> answering = new HashSet<>(this.last);
			answering.removeIf((address) -> world.probe(address) != ProbeResult.ANSWERS);
			return answering.isEmpty() ? this.last : answering;
		}

	}

	/** Expires nothing while fewer than 85 % of the expected ones renew. */
	private static final class SelfPreservation implements Policy {

		private static final double THRESHOLD = 0.85;

		private final Set<String> kept = new LinkedHashSet<>();

		private int restarts;

		@Override
		public Set<String> choose(int second, World world) {
			if (world.restarts() != this.restarts) {
				this.restarts = world.restarts();
				this.kept.clear();
			}
			Set<String> live = live(world);
			this.kept.addAll(live);
			this.kept.removeIf(world::wasDeregistered);
			if (live.size() >= THRESHOLD * this.kept.size()) {
				this.kept.retainAll(live);
			}
			return new LinkedHashSet<>(this.kept);
		}

	}

	/**
	 * Active health checks every 5 s, out after two failures: a host that is absent stays
	 * as long as it passes; if fewer than half are healthy, all are used.
	 */
	private static final class HealthChecked implements Policy {

		private static final int INTERVAL = 5;

		private static final double PANIC = 0.5;

		private final Map<String, Integer> failures = new HashMap<>();

		private final Set<String> hosts = new LinkedHashSet<>();

		private int restarts;

		@Override
		public Set<String> choose(int second, World world) {
			if (world.restarts() != this.restarts) {
				this.restarts = world.restarts();
				this.hosts.clear();
				this.failures.clear();
			}
			Set<String> live = live(world);
			this.hosts.addAll(live);
			if (second % INTERVAL == 0) {
				this.hosts
					.forEach((host) -> this.failures.merge(host, (world.probe(host) == ProbeResult.ANSWERS) ? 0 : 1,
							(known, failed) -> (failed == 0) ? 0 : known + 1));
			}
			this.hosts.removeIf((host) -> !live.contains(host) && this.failures.getOrDefault(host, 0) >= 2);
			Set<String> healthy = new LinkedHashSet<>(this.hosts);
			healthy.removeIf((host) -> this.failures.getOrDefault(host, 0) >= 2);
			return (healthy.size() < PANIC * this.hosts.size()) ? new LinkedHashSet<>(this.hosts) : healthy;
		}

	}

	/** Failover that is on all the time. */
	private static final class AlwaysBackup implements Policy {

		private final Backups backups;

		AlwaysBackup(World world) {
			this.backups = new Backups(world);
		}

		@Override
		public Set<String> choose(int second, World world) {
			return this.backups.follow(second, world, false);
		}

	}

	/** The same, with the liveness of the starter. */
	private static final class BackupWithLiveness implements Policy {

		private static final int INTERVAL = 10;

		private static final double PANIC = 0.3;

		private final Backups backups;

		private final ServiceLiveness liveness = new ServiceLiveness(PANIC);

		BackupWithLiveness(World world) {
			this.backups = new Backups(world);
		}

		@Override
		public Set<String> choose(int second, World world) {
			Set<String> backup = new LinkedHashSet<>(this.backups.follow(second, world, false));
			this.liveness.retain(backup);
			Set<String> due = (second % INTERVAL == 0) ? backup
					: (second % 2 == 0) ? this.liveness.doubtful() : Set.of();
			if (!due.isEmpty()) {
				Map<String, ProbeResult> results = new HashMap<>();
				due.forEach((address) -> results.put(address, world.probe(address)));
				this.liveness.probed(results, true);
			}
			backup.removeAll(this.liveness.excluded(second * 1_000_000_000L));
			return backup;
		}

	}

}
