package io.github.nacosfailover.detector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.NacosFailoverDetector;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.DetectorStateChangedEvent;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.guard.LiveServices;
import io.github.nacosfailover.probe.AddressProbe;
import io.github.nacosfailover.probe.ProbeBudget;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorReport;
import io.github.nacosfailover.report.DetectorReport.NamespaceDetection;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.DrillStatus;
import io.github.nacosfailover.request.DetectorMode;
import io.github.nacosfailover.request.DrillRequest;
import io.github.nacosfailover.thread.DaemonThreads;
import io.github.nacosfailover.thread.Faults;
import io.github.nacosfailover.thread.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detector of an engine: one thread that runs the {@link NamespaceDetector}s, probes
 * missing instances, and publishes changes of state.
 */
public final class FailoverDetector implements NacosFailoverDetector, FailoverListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FailoverDetector.class);

	private static final String AUTHOR = "detector";

	private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();

	/** After a longer pause between two ticks the process was suspended. */
	private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(3);

	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);

	private static final int CONCURRENT_QUERIES = 4;

	/**
	 * Share of all probed addresses whose silence is a fault of this process's network.
	 */
	private static final double MAX_SILENT = 0.9;

	private static final int MIN_PROBED = 3;

	private final FailoverEngine engine;

	private final DetectorSettings settings;

	private final ProbeBudget budget;

	private final Consumer<Object> events;

	private final Drills drills;

	private final Map<FailoverNamespace, NamespaceDetector> detectors = new ConcurrentHashMap<>();

	private final Map<HoldOutcome, Long> outcomes = new ConcurrentHashMap<>();

	private final AddressProbe probe = new AddressProbe(PROBE_TIMEOUT);

	private final ThreadPoolExecutor executor = DaemonThreads.executor("nacos-failover-detector-query",
			CONCURRENT_QUERIES);

	private final LiveServices liveServices = new LiveServices(this.executor, SERVER_TIMEOUT);

	/** Keeps the thread of the detector from waiting for a store. */
	private final ThreadPoolExecutor storeAccess = DaemonThreads.executor("nacos-failover-detector-store", 1);

	private final RepeatedTask task = new RepeatedTask("nacos-failover-detector", new Faults(logger, "detector"),
			this::run);

	private final Map<FailoverNamespace, Map<ServiceKey, DetectorState>> announced = new HashMap<>();

	private volatile DetectorMode mode;

	private boolean started;

	private long observingSince = System.nanoTime();

	private long lastTick = System.nanoTime();

	/**
	 * Creates the detector of an engine and starts it.
	 * @param engine the engine
	 * @param settings the settings
	 * @param budget limits the connections of the process
	 * @param drills knows when a drill has last succeeded
	 * @param events receives the changes of states
	 */
	public FailoverDetector(FailoverEngine engine, DetectorSettings settings, ProbeBudget budget, Drills drills,
			Consumer<Object> events) {
		this.events = events;
		this.engine = engine;
		this.settings = settings;
		this.budget = budget;
		this.drills = drills;
		this.mode = settings.mode();
		engine.addListener(this);
		startIfOn();
	}

	private synchronized void startIfOn() {
		if (!this.started && this.mode != DetectorMode.OFF) {
			this.started = true;
			this.task.start();
		}
	}

	private long run() {
		long now = System.nanoTime();
		long pause = now - this.lastTick;
		this.lastTick = now;
		if (this.mode == DetectorMode.OFF) {
			this.detectors.values().forEach((detector) -> detector.end(now));
			this.detectors.clear();
			this.observingSince = now;
			return TICK_NANOS;
		}
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			this.detectors.computeIfAbsent(namespace, (key) -> new NamespaceDetector(key, this.settings.rules(),
					this.liveServices, this.storeAccess, now));
		}
		if (pause > LONGEST_PAUSE_NANOS) {
			this.observingSince = now;
			this.detectors.values().forEach((detector) -> detector.paused(now));
		}
		boolean mayAct = now - this.observingSince >= this.settings.warmUp().toNanos();
		for (NamespaceDetector detector : this.detectors.values()) {
			detector.namespace().faults().run("detector", () -> detector.observe(now, mayAct));
		}
		boolean act = effective() == DetectorMode.ACT;
		probe(act);
		for (NamespaceDetector detector : this.detectors.values()) {
			detector.namespace().faults().run("detector", () -> {
				detector.publish(act, now);
				announce(detector, act);
			});
		}
		return TICK_NANOS;
	}

	private void probe(boolean act) {
		long now = System.nanoTime();
		Map<NamespaceDetector, Map<ServiceKey, List<Instance>>> due = new HashMap<>();
		List<Instance> instances = new ArrayList<>();
		for (NamespaceDetector detector : this.detectors.values()) {
			Map<ServiceKey, List<Instance>> services = detector.takeDue(now, this.budget, act);
			services.values().forEach(instances::addAll);
			due.put(detector, services);
		}
		if (instances.isEmpty()) {
			return;
		}
		Map<String, ProbeResult> results = this.probe.probe(instances);
		long silent = results.values().stream().filter((result) -> result == ProbeResult.SILENT).count();
		boolean mostSilent = results.size() >= MIN_PROBED && silent > MAX_SILENT * results.size();
		due.forEach((detector, services) -> detector.probed(services, results, mostSilent));
	}

	private void announce(NamespaceDetector detector, boolean act) {
		FailoverNamespace namespace = detector.namespace();
		Map<ServiceKey, DetectorState> before = this.announced.computeIfAbsent(namespace, (key) -> new HashMap<>());
		detector.watched().forEach((key, service) -> {
			DetectorState state = service.detector().state();
			DetectorState known = before.put(key, state);
			DetectorState last = (known != null) ? known : DetectorState.NORMAL;
			HoldOutcome outcome = service.detector().takeOutcome();
			if (outcome != null) {
				this.outcomes.merge(outcome, 1L, Long::sum);
				record(namespace, key, "no longer held: " + outcome, act);
			}
			if (state == last) {
				return;
			}
			if (state == DetectorState.HELD && last != DetectorState.RECOVERING) {
				record(namespace, key,
						"held: the server lists %s of %d instances, %d of the missing ones answer%s".formatted(
								service.status().evidence().live(), service.status().evidence().backup(),
								service.status().evidence().answering(), detector.describeVotes(key)),
						act);
			}
			announce(namespace, key, service, last);
		});
	}

	/** Only holds that take effect are recorded in the history. */
	private void record(FailoverNamespace namespace, ServiceKey key, String what, boolean act) {
		if (act) {
			this.engine.recordBackups(namespace, SwitchAction.HOLD, AUTHOR, SwitchOrigin.DETECTOR, key + " " + what);
		}
	}

	private void announce(FailoverNamespace namespace, ServiceKey key, WatchedService service, DetectorState before) {
		this.events.accept(new DetectorStateChangedEvent(namespace.name(), key.toString(), before, service.status()));
		String suggestion = service.status().suggestion();
		if (effective() == DetectorMode.OBSERVE || suggestion == null) {
			logger.info("Failover of namespace '{}': detector: {} is {} now, it was {}", namespace.name(), key,
					service.detector().state(), before);
		}
		else {
			logger.warn("Failover of namespace '{}': detector: {} is {} now, it was {}: {}", namespace.name(), key,
					service.detector().state(), before, suggestion);
		}
	}

	/**
	 * Returns the mode in effect: without a successful drill, backups are not proven.
	 */
	private DetectorMode effective() {
		return (this.mode == DetectorMode.ACT && whyNot() != null) ? DetectorMode.SUGGEST : this.mode;
	}

	private @Nullable String whyNot() {
		return (this.settings.requireDrill() && !this.drills.hasSucceededLately())
				? "no drill has succeeded within 30 days; run one, or set nacos.failover.detector.require-drill=false"
				: null;
	}

	@Override
	public DetectorReport report() {
		Map<String, NamespaceDetection> namespaces = new LinkedHashMap<>();
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			NamespaceDetector detector = this.detectors.get(namespace);
			namespaces.put(namespace.name(), new NamespaceDetection(this.drills.last(namespace),
					(detector != null) ? detector.describe() : new TreeMap<>()));
		}
		DetectorMode effective = effective();
		return new DetectorReport(this.mode, effective, (effective != this.mode) ? whyNot() : null, namespaces);
	}

	@Override
	public void setMode(DetectorMode mode, String by, @Nullable String reason, SwitchOrigin origin) {
		DetectorMode before = this.mode;
		this.mode = mode;
		this.engine.namespaces()
			.forEach((namespace) -> this.engine.recordBackups(namespace, SwitchAction.DETECTOR, by, origin,
					"mode %s, it was %s%s".formatted(mode, before, (reason != null) ? ": " + reason : "")));
		startIfOn();
		this.task.wake();
	}

	@Override
	public void acknowledge(@Nullable String namespace, String service, String by, SwitchOrigin origin) {
		ServiceKey key = ServiceKey.parseLenient(service);
		boolean found = false;
		for (FailoverNamespace candidate : this.engine.namespaces(namespace)) {
			NamespaceDetector detector = this.detectors.get(candidate);
			if (detector != null && detector.acknowledge(key)) {
				this.engine.recordBackups(candidate, SwitchAction.DETECTOR, by, origin, key + " acknowledged");
				found = true;
			}
		}
		if (!found) {
			throw new UnknownServiceException(service, List.of());
		}
		this.task.wake();
	}

	@Override
	public DrillStatus drill(DrillRequest request) {
		return this.drills.start(request);
	}

	/**
	 * Number of services in a state.
	 * @param namespace the namespace
	 * @param state the state, not {@link DetectorState#NORMAL}
	 * @return their number
	 */
	public int count(FailoverNamespace namespace, DetectorState state) {
		NamespaceDetector detector = this.detectors.get(namespace);
		return (detector != null) ? detector.count(state) : 0;
	}

	/**
	 * Number of holds that have ended in a way.
	 * @param outcome the way
	 * @return the number since the start
	 */
	public long holds(HoldOutcome outcome) {
		return this.outcomes.getOrDefault(outcome, 0L);
	}

	/**
	 * Returns the suggestions to operators.
	 * @param namespace the namespace
	 * @return suggestions by service, empty unless the mode is to suggest or to act
	 */
	public Map<String, String> suggestions(FailoverNamespace namespace) {
		NamespaceDetector detector = this.detectors.get(namespace);
		Map<String, String> suggestions = new TreeMap<>();
		if (detector != null && effective().compareTo(DetectorMode.SUGGEST) >= 0) {
			detector.describe().forEach((service, status) -> {
				if (status.suggestion() != null) {
					suggestions.put(service, status.suggestion());
				}
			});
		}
		return suggestions;
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
	}

	@Override
	public void liveChanged(FailoverNamespace namespace, ServiceKey key) {
		NamespaceDetector detector = this.detectors.get(namespace);
		if (detector != null) {
			detector.hint(key);
			this.task.wake();
		}
	}

	@Override
	public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
		NamespaceDetector detector = this.detectors.get(namespace);
		if (detector != null && change.service() == null && change.outcome() != SwitchOutcome.REFUSED
				&& Boolean.FALSE.equals(change.after())) {
			detector.switchedOff();
		}
	}

	@Override
	public void close() {
		this.engine.removeListener(this);
		this.task.end();
		this.task.awaitEnd(PROBE_TIMEOUT.plusSeconds(1));
		this.executor.shutdownNow();
		this.detectors.values().forEach(NamespaceDetector::close);
		DaemonThreads.end(this.storeAccess, STORE_TIMEOUT);
	}

}
