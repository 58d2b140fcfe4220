package io.github.nacosfailover.detector;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.DetectorStatus.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * A service that is not normal, or has not been for long: its state and its instances.
 * Used by the thread of the detector; the status may be read by any thread.
 */
final class WatchedService {

	private static final long MAX_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

	private static final int PAUSES = 60;

	private final ServiceKey key;

	private final ServiceDetector detector;

	private final DetectorRules rules;

	/** Everything known of its instances, by address. */
	private final Map<String, Instance> known = new HashMap<>();

	/** What the server lists, or the clients remember, in any state. */
	private Map<String, Instance> live = Map.of();

	private @Nullable Integer liveHealthy;

	private int backupHealthy;

	private long lastObserved;

	private long lastProbe;

	private int votes = 1;

	private @Nullable HeldBackup held;

	/**
	 * The addresses that {@link #held} was composed for, {@code null} if it has to be
	 * composed again because its instances were observed since.
	 */
	private @Nullable Set<String> heldAddresses;

	private volatile DetectorStatus status;

	WatchedService(ServiceKey key, DetectorRules rules, long now) {
		this.key = key;
		this.rules = rules;
		this.detector = new ServiceDetector(rules, now);
		this.lastObserved = now - MAX_PAUSE_NANOS;
		this.lastProbe = now - NamespaceDetector.PROBE_EVERY.toNanos();
		this.status = describe(now);
	}

	ServiceDetector detector() {
		return this.detector;
	}

	/** Records its instances before they are observed. */
	void know(Collection<Instance> backup, @Nullable Collection<Instance> live, long now) {
		this.lastObserved = now;
		this.heldAddresses = null;
		Map<String, Instance> byAddress = new LinkedHashMap<>();
		if (live != null) {
			live.forEach((instance) -> byAddress.put(instance.toInetAddr(), instance));
		}
		this.live = byAddress;
		this.liveHealthy = (live != null) ? healthy(live).size() : null;
		this.backupHealthy = healthy(backup).size();
		this.known.keySet().retainAll(this.detector.missing());
		backup.forEach((instance) -> this.known.put(instance.toInetAddr(), instance));
		this.known.putAll(byAddress);
	}

	static Set<String> healthy(Collection<Instance> instances) {
		Set<String> healthy = new HashSet<>();
		instances.stream().filter(Instance::isHealthy).forEach((instance) -> healthy.add(instance.toInetAddr()));
		return healthy;
	}

	/** Every second at first, and less and less often while nothing changes. */
	boolean isToBeObserved(long now) {
		long pause = Math.min(MAX_PAUSE_NANOS, (now - this.detector.since()) / PAUSES);
		return now - this.lastObserved >= pause;
	}

	ServiceKey key() {
		return this.key;
	}

	boolean isDue(long now) {
		return this.detector.wantsProbe() || now - this.lastProbe >= NamespaceDetector.PROBE_EVERY.toNanos();
	}

	long lastProbe() {
		return this.lastProbe;
	}

	/** The instances to probe, those of which nothing is known first. */
	List<Instance> due(boolean act) {
		Set<String> addresses = this.detector.toProbe();
		// What clients remember matters only if it is served from here.
		if (addresses.isEmpty() || (!act && this.detector.isBridging())) {
			return List.of();
		}
		Set<String> ordered = new LinkedHashSet<>(this.detector.controls());
		Set<String> answering = this.detector.answering();
		addresses.stream().filter((address) -> !answering.contains(address)).forEach(ordered::add);
		ordered.addAll(addresses);
		List<Instance> due = new ArrayList<>();
		for (String address : ordered) {
			Instance instance = this.known.get(address);
			if (instance != null) {
				due.add(instance);
			}
		}
		return due;
	}

	void probed(long now) {
		this.lastProbe = now;
	}

	/**
	 * Compose what queries are answered with, which is the same object as long as it does
	 * not change.
	 * @return the instances, {@code null} if the client is to answer
	 */
	@Nullable HeldBackup held() {
		Set<String> serving = this.detector.serving();
		if (serving == null) {
			this.held = null;
			this.heldAddresses = null;
			return null;
		}
		if (!serving.equals(this.heldAddresses)) {
			Backup backup = compose(serving);
			HeldBackup before = this.held;
			this.held = (before != null && before.backup().sameAs(backup)) ? before
					: new HeldBackup(backup, Instant.now());
			this.heldAddresses = serving;
		}
		return this.held;
	}

	private Backup compose(Set<String> serving) {
		Map<String, Instance> instances = new LinkedHashMap<>();
		this.live.forEach((address, instance) -> {
			if (!instance.isHealthy() || serving.contains(address)) {
				instances.put(address, instance);
			}
		});
		serving.forEach((address) -> {
			Instance instance = this.known.get(address);
			if (instance != null) {
				instances.putIfAbsent(address, instance);
			}
		});
		return Backup.copyOf(this.key, instances.values());
	}

	void updateStatus(int votes, long now) {
		this.votes = votes;
		this.status = describe(now);
	}

	DetectorStatus status() {
		return this.status;
	}

	private DetectorStatus describe(long now) {
		Instant time = Instant.now();
		DetectorState state = this.detector.state();
		Evidence evidence = new Evidence(this.backupHealthy, this.liveHealthy, this.detector.missing().size(),
				this.detector.answering().size(), this.votes);
		Long holdSince = this.detector.holdSince();
		Instant holdUntil = (holdSince != null) ? time.minusNanos(now - holdSince).plus(this.rules.lease()) : null;
		return new DetectorStatus(state, time.minusNanos(now - this.detector.since()), evidence, suggestion(evidence),
				holdUntil,
				(state == DetectorState.LOCKED) ? "%d holds within 24 h; acknowledge it to let it be held again"
					.formatted(this.rules.maxHolds()) : null);
	}

	private @Nullable String suggestion(Evidence evidence) {
		return switch (this.detector.state()) {
			case SUSPECT -> (evidence.answering() > 0)
					? "%d of %d missing instances answer: if it goes on, switch failover on for %s"
						.formatted(evidence.answering(), evidence.missing(), this.key)
					: null;
			case HELD -> "%d missing instances answer: find out why the server does not list them"
				.formatted(evidence.answering());
			case LOCKED -> "find out why the server loses instances of %s, then acknowledge it".formatted(this.key);
			case NORMAL, RECOVERING -> null;
		};
	}

}
