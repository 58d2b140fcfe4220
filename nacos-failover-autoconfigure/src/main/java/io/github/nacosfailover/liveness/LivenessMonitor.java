package io.github.nacosfailover.liveness;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.probe.AddressProbe;
import io.github.nacosfailover.probe.ProbeBudget;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.LivenessStatus;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Marks instances of served backups that do not accept calls as unhealthy. It has a
 * thread and sockets only while a backup is served, and only for services that were asked
 * for in the last 5 minutes.
 */
public final class LivenessMonitor implements FailoverListener, AutoCloseable {

	private static final Duration RECENTLY = Duration.ofMinutes(5);

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

	private static final long TICK_MILLIS = 1000;

	/** Share of all probed instances that do not fall silent at once by themselves. */
	private static final double MAX_SILENT = 0.5;

	private final FailoverEngine engine;

	private final LivenessSettings settings;

	private final ProbeBudget budget;

	private final AddressProbe probe = new AddressProbe(PROBE_TIMEOUT);

	private final Map<FailoverNamespace, Map<ServiceKey, ServedService>> served = new ConcurrentHashMap<>();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private final AtomicLong failures = new AtomicLong();

	private final AtomicLong probes = new AtomicLong();

	private final ScheduledThreadPoolExecutor executor;

	private volatile boolean closed;

	/**
	 * Creates the monitor of an engine, and begins to listen to it.
	 * @param engine the engine
	 * @param settings the settings
	 * @param budget limits the connections of the process
	 */
	public LivenessMonitor(FailoverEngine engine, LivenessSettings settings, ProbeBudget budget) {
		this.budget = budget;
		this.engine = engine;
		this.settings = settings;
		this.executor = DaemonThreads.idlingScheduler("nacos-failover-liveness");
		if (settings.mode() != LivenessMode.OFF) {
			engine.addListener(this);
			engine.namespaces().forEach(this::namespaceOpened);
		}
	}

	@Override
	public void namespaceOpened(FailoverNamespace namespace) {
		namespace.reports().setLiveness((key) -> status(namespace, key));
		if (namespace.view().isServing()) {
			schedule(0);
		}
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		if (!after.answers().isEmpty()) {
			schedule(0);
		}
	}

	private void schedule(long delayMillis) {
		if (!this.closed && this.scheduled.compareAndSet(false, true)) {
			try {
				this.executor.schedule(this::runAndRepeat, delayMillis, TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				// The context is closing.
				this.scheduled.set(false);
			}
		}
	}

	private void runAndRepeat() {
		this.scheduled.set(false);
		Boolean serving = this.engine.faults().ask("liveness of what is served", this::run);
		if (serving == null || serving) {
			schedule(TICK_MILLIS);
		}
	}

	/** Runs one tick. Returns whether anything is served. */
	private boolean run() {
		long now = System.nanoTime();
		Map<FailoverNamespace, Map<ServiceKey, List<Instance>>> due = new HashMap<>();
		boolean serving = false;
		int total = 0;
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			Map<ServiceKey, ServedService> services = update(namespace, now);
			serving |= !namespace.view().answers().isEmpty();
			if (!this.settings.mode().isProbing()) {
				continue;
			}
			for (Map.Entry<ServiceKey, ServedService> entry : services.entrySet()) {
				List<Instance> instances = entry.getValue()
					.takeDue(now, this.settings.interval().toNanos(), this.budget);
				if (!instances.isEmpty()) {
					due.computeIfAbsent(namespace, (key) -> new HashMap<>()).put(entry.getKey(), instances);
					total += instances.size();
				}
			}
		}
		if (total > 0) {
			probe(due, total);
		}
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			publish(namespace);
		}
		return serving;
	}

	/** Follows what is served, and asked for. */
	private Map<ServiceKey, ServedService> update(FailoverNamespace namespace, long now) {
		Map<ServiceKey, ServedService> services = this.served.computeIfAbsent(namespace,
				(key) -> new ConcurrentHashMap<>());
		Map<ServiceKey, List<BackupRef>> found = new HashMap<>();
		View view = namespace.view();
		for (BackupRef ref : view.answers().all()) {
			ServiceKey key = ref.key().withoutClusters();
			// The detector probes what it holds itself.
			if (!view.isHeld(key) && isAskedFor(namespace, key)) {
				found.computeIfAbsent(key, (name) -> new ArrayList<>()).add(ref);
			}
		}
		services.keySet().retainAll(found.keySet());
		found.forEach((key, refs) -> serve(services, key, refs, now));
		return services;
	}

	private void serve(Map<ServiceKey, ServedService> services, ServiceKey key, List<BackupRef> refs, long now) {
		ServedService known = services.get(key);
		if (known != null && known.isServing(refs)) {
			return;
		}
		List<Backup> backups = refs.stream().map(BackupRef::get).filter(Objects::nonNull).toList();
		if (backups.isEmpty()) {
			services.remove(key);
			return;
		}
		// What cannot be read is tried again.
		List<BackupRef> read = (backups.size() == refs.size()) ? refs : List.of();
		services.computeIfAbsent(key, (name) -> new ServedService(this.settings, now))
			.serve(read, backups.stream().flatMap((backup) -> backup.toServiceInfo().getHosts().stream()).toList());
	}

	private static boolean isAskedFor(FailoverNamespace namespace, ServiceKey key) {
		ServiceUsage usage = namespace.usageIfAny(key);
		Instant last = (usage != null) ? usage.last() : null;
		return last != null && Duration.between(last, Instant.now()).compareTo(RECENTLY) < 0;
	}

	private void probe(Map<FailoverNamespace, Map<ServiceKey, List<Instance>>> due, int total) {
		List<Instance> instances = new ArrayList<>(total);
		due.values().forEach((services) -> services.values().forEach(instances::addAll));
		Map<String, ProbeResult> results = this.probe.probe(instances);
		this.probes.addAndGet(results.size());
		int fellSilent = 0;
		Map<ServedService, Map<String, ProbeResult>> byService = new HashMap<>();
		for (Map.Entry<FailoverNamespace, Map<ServiceKey, List<Instance>>> entry : due.entrySet()) {
			for (Map.Entry<ServiceKey, List<Instance>> service : entry.getValue().entrySet()) {
				ServedService known = this.served.getOrDefault(entry.getKey(), Map.of()).get(service.getKey());
				if (known != null) {
					Map<String, ProbeResult> own = AddressProbe.select(results, service.getValue());
					byService.put(known, own);
					fellSilent += known.fellSilent(own);
				}
			}
		}
		boolean silenceCounts = fellSilent <= 1 || fellSilent <= MAX_SILENT * results.size();
		long now = System.nanoTime();
		byService.forEach((service, own) -> service.probed(own, silenceCounts, now));
	}

	private void publish(FailoverNamespace namespace) {
		long now = System.nanoTime();
		Map<ServiceKey, Set<String>> unhealthy = new HashMap<>();
		this.served.getOrDefault(namespace, Map.of()).forEach((key, service) -> {
			Set<String> excluded = service.excluded(now);
			if (!excluded.isEmpty()) {
				unhealthy.put(key, excluded);
			}
		});
		namespace.adjust((adjustments) -> adjustments.withUnhealthy(unhealthy));
	}

	/**
	 * Takes the failure of a call to connect to an instance that may be served from a
	 * backup.
	 * @param namespace the namespace
	 * @param key the service
	 * @param address the instance, as {@code ip:port}
	 */
	public void callFailed(FailoverNamespace namespace, ServiceKey key, String address) {
		ServedService service = passive(namespace, key);
		if (service != null) {
			this.failures.incrementAndGet();
			if (service.callFailed(address, System.nanoTime())) {
				schedule(0);
			}
		}
	}

	/**
	 * Takes the success of a call.
	 * @param namespace the namespace
	 * @param key the service
	 * @param address the instance, as {@code ip:port}
	 */
	public void callSucceeded(FailoverNamespace namespace, ServiceKey key, String address) {
		ServedService service = passive(namespace, key);
		if (service != null) {
			service.callSucceeded(address);
		}
	}

	/**
	 * Takes the result of a call to a service of which the group is not known.
	 * @param service name of the service
	 * @param address the instance, as {@code ip:port}
	 * @param connected whether the call has connected
	 */
	public void called(String service, String address, boolean connected) {
		this.served.forEach((namespace, services) -> services.keySet()
			.stream()
			.filter((key) -> key.service().equals(service))
			.forEach((key) -> {
				if (connected) {
					callSucceeded(namespace, key, address);
				}
				else {
					callFailed(namespace, key, address);
				}
			}));
	}

	private @Nullable ServedService passive(FailoverNamespace namespace, ServiceKey key) {
		return this.settings.mode().isPassive() ? this.served.getOrDefault(namespace, Map.of()).get(key) : null;
	}

	/**
	 * Number of calls that have failed at instances that are served from backups.
	 * @return the number since the start
	 */
	public long failures() {
		return this.failures.get();
	}

	/**
	 * Number of connections that were tried.
	 * @return the number since the start
	 */
	public long probes() {
		return this.probes.get();
	}

	private @Nullable LivenessStatus status(FailoverNamespace namespace, ServiceKey key) {
		ServedService service = this.served.getOrDefault(namespace, Map.of()).get(key.withoutClusters());
		return (service != null) ? service.status() : null;
	}

	@Override
	public void close() {
		this.closed = true;
		this.engine.removeListener(this);
		this.executor.shutdownNow();
	}

}
