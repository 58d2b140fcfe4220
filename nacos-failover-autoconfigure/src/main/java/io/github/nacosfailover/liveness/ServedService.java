package io.github.nacosfailover.liveness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.probe.ProbeBudget;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.LivenessStatus;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * A service that is served, and when to probe it. Guarded by its monitor, since calls
 * report from any thread.
 */
final class ServedService {

	/** An instance that was silent once is probed again this soon. */
	private static final long AGAIN_NANOS = 2_000_000_000L;

	private static final double JITTER = 0.2;

	private final ServiceLiveness liveness;

	private List<BackupRef> backups = List.of();

	private final Map<String, Instance> instances = new HashMap<>();

	/** What is left of the current round. */
	private final Queue<String> round = new ArrayDeque<>();

	private long nextProbe;

	private Set<String> excluded = Set.of();

	ServedService(LivenessSettings settings, long now) {
		this.liveness = new ServiceLiveness(settings.panic());
		this.nextProbe = now;
	}

	synchronized boolean isServing(List<BackupRef> served) {
		return this.backups.equals(served);
	}

	/**
	 * Sets what is served.
	 * @param backups the backups, which do not change
	 * @param served the instances in them
	 */
	synchronized void serve(List<BackupRef> backups, Collection<Instance> served) {
		this.backups = List.copyOf(backups);
		this.instances.clear();
		served.forEach((instance) -> this.instances.put(instance.toInetAddr(), instance));
		this.liveness.retain(this.instances.keySet());
	}

	/**
	 * The instances to probe now. What the budget does not allow is left to the next
	 * tick.
	 */
	synchronized List<Instance> takeDue(long now, long intervalNanos, ProbeBudget budget) {
		if (this.round.isEmpty() && now - this.nextProbe >= 0) {
			Set<String> doubtful = this.liveness.doubtful();
			this.round.addAll(doubtful.isEmpty() ? this.instances.keySet() : doubtful);
			double factor = 1 + JITTER * (ThreadLocalRandom.current().nextDouble() - 0.5);
			this.nextProbe = now + (long) (intervalNanos * factor);
		}
		List<Instance> due = new ArrayList<>();
		for (int left = budget.take(this.round.size()); left > 0; left--) {
			Instance instance = this.instances.get(this.round.remove());
			if (instance != null) {
				due.add(instance);
			}
		}
		return due;
	}

	/** How many of the results are silent although the address answered before. */
	synchronized int fellSilent(Map<String, ProbeResult> results) {
		return this.liveness.fellSilent(results);
	}

	synchronized void probed(Map<String, ProbeResult> results, boolean silenceCounts, long now) {
		this.liveness.probed(results, silenceCounts);
		if (!this.liveness.doubtful().isEmpty()) {
			this.nextProbe = Math.min(this.nextProbe, now + AGAIN_NANOS);
		}
	}

	synchronized boolean callFailed(String address, long now) {
		return this.liveness.callFailed(address, now);
	}

	synchronized void callSucceeded(String address) {
		this.liveness.callSucceeded(address);
	}

	synchronized Set<String> excluded(long now) {
		this.excluded = this.liveness.excluded(now);
		return this.excluded;
	}

	synchronized LivenessStatus status() {
		return new LivenessStatus(this.liveness.count(ProbeResult.ANSWERS), this.liveness.count(ProbeResult.REFUSED),
				this.liveness.count(ProbeResult.SILENT), this.liveness.count((@Nullable ProbeResult) null),
				this.liveness.isPanic(), this.liveness.isFrozen(), this.excluded.stream().sorted().toList());
	}

}
