package io.github.nacosfailover.benchmarks.outages;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.detector.DetectorRules;
import io.github.nacosfailover.detector.Observation;
import io.github.nacosfailover.detector.ServiceDetector;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import org.jspecify.annotations.Nullable;

/**
 * The detector of the starter, with its real state machine and its default rules.
 */
final class Detector implements Policy {

	private static final DetectorRules RULES = DetectorRules.defaults(0.5, 0.5);

	private static final int WARM_UP_SECONDS = 300;

	private static final int PROBE_SECONDS = 5;

	private static final double MAX_SILENT = 0.9;

	private final Backups backups;

	private ServiceDetector detector = new ServiceDetector(RULES, 0);

	private int restarts;

	private int startedAt;

	private int lastProbe = -PROBE_SECONDS;

	private @Nullable Integer downSince;

	private boolean answered;

	private int holds;

	Detector(World world) {
		this.backups = new Backups(world);
	}

	@Override
	public Set<String> choose(int second, World world) {
		if (world.restarts() != this.restarts) {
			this.restarts = world.restarts();
			this.detector = new ServiceDetector(RULES, TimeUnit.SECONDS.toNanos(second));
			this.startedAt = second;
			this.answered = false;
			this.downSince = null;
		}
		boolean up = world.isServerReachable();
		this.downSince = up ? null : (this.downSince != null) ? this.downSince : (Integer) second;
		this.answered |= up;
		boolean served = this.detector.isHolding();
		Set<String> list = world.clientList();
		Set<String> live = (up || (list != null && !list.isEmpty())) ? list : null;
		long now = TimeUnit.SECONDS.toNanos(second);
		DetectorState before = this.detector.state();
		this.detector.observe(new Observation(now, this.backups.follow(second, world, served), true, live, up,
				(this.downSince != null) ? TimeUnit.SECONDS.toNanos(second - this.downSince) : 0, !this.answered, false,
				second - this.startedAt >= WARM_UP_SECONDS, false));
		if (this.detector.state() == DetectorState.HELD && before == DetectorState.SUSPECT) {
			this.holds++;
		}
		if (second - this.lastProbe >= PROBE_SECONDS || before == DetectorState.NORMAL || this.detector.wantsProbe()) {
			probe(second, world);
		}
		Set<String> serving = this.detector.serving();
		return (serving != null) ? serving : Policies.live(world);
	}

	private void probe(int second, World world) {
		Map<String, ProbeResult> results = new HashMap<>();
		this.detector.toProbe().forEach((address) -> results.put(address, world.probe(address)));
		if (!results.isEmpty()) {
			this.lastProbe = second;
			this.detector.controls().forEach((address) -> results.put(address, world.probe(address)));
			long silent = results.values().stream().filter((result) -> result == ProbeResult.SILENT).count();
			this.detector.probed(results, results.size() >= 3 && silent > MAX_SILENT * results.size());
		}
	}

	@Override
	public int holds() {
		return this.holds;
	}

}
