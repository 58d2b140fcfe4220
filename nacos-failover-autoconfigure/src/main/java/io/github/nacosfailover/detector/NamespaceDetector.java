package io.github.nacosfailover.detector;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.LiveServices;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.probe.AddressProbe;
import io.github.nacosfailover.probe.ProbeBudget;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.DetectorStatus.Evidence;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.SnapshotArchive;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the evidence of one namespace for its {@link ServiceDetector}s. A service that
 * is normal costs a comparison of two numbers every 10 s, and when the server pushes a
 * change of it. Used by the thread of the detector, but for hints.
 */
final class NamespaceDetector {

	static final Duration PROBE_EVERY = Duration.ofSeconds(5);

	private static final Duration SCAN_EVERY = Duration.ofSeconds(10);

	/** So many services that shrink at once share one cause, such as an outage. */
	private static final int MANY = 2;

	private static final double MANY_SHARE = 0.3;

	private static final int MAX_UNKNOWN = 10;

	private final FailoverNamespace namespace;

	private final DetectorRules rules;

	private final LiveServices liveServices;

	private final HoldVotes votes;

	private final HoldMemory memory;

	private final Map<ServiceKey, WatchedService> watched = new ConcurrentHashMap<>();

	private final Set<ServiceKey> hints = ConcurrentHashMap.newKeySet();

	/** Number of healthy instances that the clients last knew of. */
	private final Map<ServiceKey, Integer> liveHealthy = new ConcurrentHashMap<>();

	/** Services that the server has answered for since the start. */
	private final Set<ServiceKey> answered = new HashSet<>();

	/** When the backup of a service was last known to be what the server lists. */
	private final Map<ServiceKey, Long> confirmed = new HashMap<>();

	/** Number of services in use that no client is told about, at the last scan. */
	private int unknown;

	private int unknownNow;

	private @Nullable Long downSince;

	private final Instant openedAt = Instant.now();

	private long nextScan;

	private final Set<ServiceKey> acknowledged = ConcurrentHashMap.newKeySet();

	private volatile boolean switchedOff;

	NamespaceDetector(FailoverNamespace namespace, DetectorRules rules, LiveServices liveServices, Executor storeAccess,
			long now) {
		this.namespace = namespace;
		this.rules = rules;
		this.liveServices = liveServices;
		this.nextScan = now;
		this.votes = new HoldVotes(namespace.store().holdVotes(), now);
		SnapshotArchive archive = namespace.store().archive();
		this.memory = new HoldMemory((archive != null) ? archive.holds() : null, namespace.faults(), storeAccess, now,
				System.currentTimeMillis());
		namespace.reports().setDetector(this::status);
	}

	FailoverNamespace namespace() {
		return this.namespace;
	}

	void hint(ServiceKey key) {
		this.hints.add(key.withoutClusters());
	}

	/** Records that an operator has switched failover off, which ends holds. */
	void switchedOff() {
		this.switchedOff = true;
	}

	/**
	 * Records that an operator has looked at a service.
	 * @return {@code false} if nothing is known of it
	 */
	boolean acknowledge(ServiceKey key) {
		return (this.watched.containsKey(key) || this.memory.knows(key)) && this.acknowledged.add(key);
	}

	/** Observe the services that may not be normal. */
	void observe(long now, boolean mayAct) {
		ServerStatus status = this.namespace.serverStatus();
		if (status == ServerStatus.UNKNOWN) {
			return;
		}
		boolean up = status == ServerStatus.UP;
		boolean changed = up == (this.downSince != null);
		this.downSince = up ? null : (this.downSince != null) ? this.downSince : (Long) now;
		this.memory.takeOver((key) -> isUsed(key) ? watch(key, now).detector() : null, now);
		take(this.acknowledged).forEach((key) -> {
			WatchedService service = this.watched.get(key);
			if (service != null) {
				service.detector().acknowledge(now);
			}
			this.memory.acknowledge(key, now);
		});
		if (this.switchedOff) {
			this.switchedOff = false;
			this.watched.values()
				.stream()
				.filter((service) -> service.detector().isHolding())
				.forEach((service) -> service.detector().decidedByOperator(now));
		}
		View view = this.namespace.view();
		Set<ServiceKey> keys = takeHints();
		if (up || now - this.nextScan >= 0) {
			// While the server is down nothing changes from one second to the next.
			this.watched.forEach((key, service) -> {
				if (service.detector().state() != DetectorState.NORMAL && service.isToBeObserved(now)) {
					keys.add(key);
				}
			});
		}
		if (changed || now - this.nextScan >= 0) {
			keys.addAll(this.namespace.used());
			this.nextScan = now + SCAN_EVERY.toNanos();
		}
		this.unknown = this.unknownNow;
		this.unknownNow = 0;
		Map<ServiceKey, Candidate> candidates = new LinkedHashMap<>();
		for (ServiceKey key : keys) {
			Candidate candidate = candidate(view, key, up, now);
			if (candidate != null) {
				candidates.put(key, candidate);
			}
		}
		Map<ServiceKey, Live> listed = up ? this.liveServices.ask(this.namespace, candidates.keySet()) : Map.of();
		// What was answered last may be what a server said that was going down.
		if (up && this.namespace.serverStatus() != ServerStatus.UP) {
			return;
		}
		Set<ServiceKey> shrunk = shrunk(candidates, listed);
		boolean outageLikely = shrunk.size() >= MANY && shrunk.size() >= MANY_SHARE * this.namespace.used().size();
		candidates.forEach((key, candidate) -> observe(view, key, candidate, listed.get(key), up,
				outageLikely || this.votes.isHeldByFleet(key), mayAct, now));
	}

	private Set<ServiceKey> takeHints() {
		Set<ServiceKey> taken = take(this.hints);
		taken.removeIf((key) -> !isUsed(key));
		return taken;
	}

	private static Set<ServiceKey> take(Set<ServiceKey> keys) {
		Set<ServiceKey> taken = new HashSet<>(keys);
		keys.removeAll(taken);
		return taken;
	}

	private boolean isUsed(ServiceKey key) {
		return this.namespace.usageIfAny(key) != null;
	}

	private WatchedService watch(ServiceKey key, long now) {
		return this.watched.computeIfAbsent(key, (name) -> new WatchedService(name, this.rules, now));
	}

	/** A service that has to be looked at, {@code null} if it is as it should be. */
	private @Nullable Candidate candidate(View view, ServiceKey key, boolean up, long now) {
		BackupRef ref = view.backups().find(key);
		WatchedService known = this.watched.get(key);
		if (ref == null && known == null) {
			return null;
		}
		List<Instance> cached = this.namespace.liveOfDecorated(key);
		int healthy = (cached != null) ? WatchedService.healthy(cached).size() : 0;
		if (up && cached != null) {
			this.liveHealthy.put(key, healthy);
			if (!cached.isEmpty()) {
				this.answered.add(key);
			}
		}
		boolean normal = known == null || known.detector().state() == DetectorState.NORMAL;
		if (up && normal && ref != null && cached != null && !this.rules.isLoss(ref.healthy(), healthy)) {
			this.confirmed.put(key, now);
			return null;
		}
		if (up && normal && cached == null && isLeftOut()) {
			return null;
		}
		Backup backup = (ref != null) ? ref.get() : null;
		return new Candidate(ref, (backup != null) ? backup.toServiceInfo().getHosts() : List.of(), cached);
	}

	/** The server is asked for few of the services that no client is told about. */
	private boolean isLeftOut() {
		this.unknownNow++;
		return this.unknown > MAX_UNKNOWN && ThreadLocalRandom.current().nextInt(this.unknown) >= MAX_UNKNOWN;
	}

	private Set<ServiceKey> shrunk(Map<ServiceKey, Candidate> candidates, Map<ServiceKey, Live> listed) {
		Set<ServiceKey> shrunk = new HashSet<>();
		listed.forEach((key, live) -> {
			Candidate candidate = candidates.get(key);
			if (candidate != null && this.rules.isLoss(WatchedService.healthy(candidate.backup()).size(),
					WatchedService.healthy(live.registered()).size())) {
				shrunk.add(key);
			}
		});
		return shrunk;
	}

	private void observe(View view, ServiceKey key, Candidate candidate, @Nullable Live listed, boolean up,
			boolean outageLikely, boolean mayAct, long now) {
		List<Instance> cached = candidate.cached();
		List<Instance> live = up ? ((listed != null) ? listed.registered() : null)
				: ((cached != null && !cached.isEmpty()) ? cached : null);
		if (up && listed != null) {
			this.answered.add(key);
		}
		WatchedService service = watch(key, now);
		service.know(candidate.backup(), live, now);
		service.detector()
			.observe(new Observation(now, WatchedService.healthy(candidate.backup()),
					isUsable(key, candidate.ref(), now), (live != null) ? WatchedService.healthy(live) : null, up,
					(this.downSince != null) ? now - this.downSince : 0, !this.answered.contains(key), outageLikely,
					mayAct, view.isOn(key) || view.failoverSwitch().exceptions().containsKey(key)));
	}

	/**
	 * A backup is as old as the last time it was known to be right: that its service was
	 * complete, or that it was written.
	 */
	private boolean isUsable(ServiceKey key, @Nullable BackupRef ref, long now) {
		Long confirmedAt = this.confirmed.get(key);
		if (confirmedAt != null && now - confirmedAt < this.rules.maxBackupAge().toNanos()) {
			return true;
		}
		Instant modified = (ref != null) ? ref.modified() : null;
		return (modified != null && Duration.between(modified, Instant.now()).compareTo(this.rules.maxBackupAge()) < 0)
				|| this.namespace.wasUsedLately(key);
	}

	/** The instances to probe now, by service: those that were not for longest first. */
	Map<ServiceKey, List<Instance>> takeDue(long now, ProbeBudget budget, boolean act) {
		Map<ServiceKey, List<Instance>> due = new HashMap<>();
		this.watched.values()
			.stream()
			.filter((service) -> service.isDue(now))
			.sorted(Comparator.comparingLong((service) -> service.lastProbe() - now))
			.forEach((service) -> {
				List<Instance> instances = service.due(act);
				int taken = budget.take(instances.size());
				if (taken == instances.size()) {
					service.probed(now);
				}
				if (taken > 0) {
					due.put(service.key(), instances.subList(0, taken));
				}
			});
		return due;
	}

	void probed(Map<ServiceKey, List<Instance>> due, Map<String, ProbeResult> results, boolean mostSilent) {
		due.forEach((key, instances) -> {
			WatchedService service = this.watched.get(key);
			if (service != null) {
				service.detector().probed(AddressProbe.select(results, instances), mostSilent);
			}
		});
	}

	/**
	 * Serve what is held, and forget services that have been normal for a while.
	 * @param act whether holds take effect
	 */
	void publish(boolean act, long now) {
		this.watched.values().removeIf((service) -> service.detector().isForgettable(now));
		Map<ServiceKey, BackupRef> held = new HashMap<>();
		exchangeVotes(now);
		this.watched.forEach((key, service) -> {
			service.updateStatus(1 + this.votes.others(key), now);
			HeldBackup backup = act ? service.held() : null;
			if (backup != null && backup.instances() > 0) {
				held.put(key, backup);
			}
		});
		this.namespace.adjust((adjustments) -> adjustments.withHeld(held));
		this.memory.keep(this.watched, now);
	}

	private void exchangeVotes(long now) {
		Set<ServiceKey> held = new HashSet<>();
		Set<ServiceKey> doubtful = new HashSet<>();
		this.watched.forEach((key, service) -> {
			if (service.detector().isHolding()) {
				held.add(key);
			}
			if (service.detector().state() != DetectorState.NORMAL) {
				doubtful.add(key);
			}
		});
		this.votes.exchange(held, doubtful, now);
	}

	/** Write what the next process has to know and is not written yet. */
	void close() {
		this.memory.close();
	}

	/** End all holds and remove the status. */
	void end(long now) {
		publish(false, now);
		this.namespace.reports().setDetector((key) -> null);
	}

	void paused(long now) {
		this.watched.values().forEach((service) -> service.detector().paused(now));
	}

	Map<ServiceKey, WatchedService> watched() {
		return this.watched;
	}

	/** Describe how many other processes hold a service, for the history. */
	String describeVotes(ServiceKey key) {
		return this.votes.describe(key);
	}

	/** Number of the watched services that are in a state. */
	int count(DetectorState state) {
		return (int) this.watched.values().stream().filter((service) -> service.status().state() == state).count();
	}

	/** The services that are not normal. */
	Map<String, DetectorStatus> describe() {
		Map<String, DetectorStatus> described = new TreeMap<>();
		this.watched.forEach((key, service) -> {
			if (service.status().state() != DetectorState.NORMAL) {
				described.put(key.toString(), service.status());
			}
		});
		return described;
	}

	private @Nullable DetectorStatus status(ServiceKey key) {
		WatchedService service = this.watched.get(key);
		if (service != null) {
			return service.status();
		}
		BackupRef backup = this.namespace.view().backups().find(key);
		return new DetectorStatus(DetectorState.NORMAL, this.openedAt,
				new Evidence((backup != null) ? backup.healthy() : 0, this.liveHealthy.get(key), 0, 0, 1), null, null,
				null);
	}

	/**
	 * A service to look at.
	 *
	 * @param ref its backup, {@code null} if it has none any more
	 * @param backup the instances of the backup
	 * @param cached what a client would answer, {@code null} if it does not know
	 */
	private record Candidate(@Nullable BackupRef ref, Collection<Instance> backup, @Nullable List<Instance> cached) {

	}

}
