package io.github.nacosfailover.detector;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.SwitchGuard.Findings;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.report.DrillStatus;
import io.github.nacosfailover.report.DrillStatus.Outcome;
import io.github.nacosfailover.request.DrillRequest;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves from backups for a while, in this process alone, to prove that they work. A
 * drill is not stored: a process that ends goes back to normal. It is aborted as soon as
 * a health indicator leaves {@code UP}, the server goes down or calls fail.
 */
public final class Drills implements FailoverListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Drills.class);

	private static final Duration PROOF = Duration.ofDays(30);

	private static final Duration PROOF_EVERY = Duration.ofMinutes(1);

	private static final String ALL = "all services";

	/** As {@link #start} records it. */
	private static final Pattern STARTED = Pattern.compile("drill of (.+) started, for (P\\S+?)(?:: (.*))?",
			Pattern.DOTALL);

	/** Failed calls during a drill that abort it. */
	private static final int MAX_FAILURES = 5;

	private static final long TICK_MILLIS = 1000;

	private final FailoverEngine engine;

	private final LongSupplier failures;

	private final DrillHealth health;

	private final Map<FailoverNamespace, RunningDrill> running = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, DrillStatus> last = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, DrillStatus> earlier = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, Proof> proofs = new ConcurrentHashMap<>();

	private final ScheduledThreadPoolExecutor executor;

	/**
	 * Creates the drills of an engine.
	 * @param engine the engine
	 * @param failures counts calls that have failed at served instances
	 * @param health the status of the health indicators that a drill depends on
	 */
	public Drills(FailoverEngine engine, LongSupplier failures, DrillHealth health) {
		this.engine = engine;
		this.failures = failures;
		this.health = health;
		this.executor = DaemonThreads.idlingScheduler("nacos-failover-drill");
		engine.addListener(this);
		engine.namespaces().forEach(this::namespaceOpened);
	}

	@Override
	public void namespaceOpened(FailoverNamespace namespace) {
		namespace.reports().setDrill(() -> last(namespace));
		this.executor.execute(() -> namespace.faults().run("drill", () -> {
			DrillStatus earlier = ofEarlierProcess(namespace);
			if (earlier != null) {
				this.earlier.put(namespace, earlier);
			}
		}));
	}

	/**
	 * Starts a drill.
	 * @param request what to do
	 * @return the drill
	 * @throws FailoverRefusedException if something speaks against it; nothing has
	 * changed
	 */
	public synchronized DrillStatus start(DrillRequest request) {
		if (request.duration().isZero() || request.duration().isNegative()) {
			throw new IllegalArgumentException("'duration' is not positive; give one such as 10m");
		}
		FailoverNamespace namespace = namespace(request);
		View view = namespace.view();
		ServiceKey service = (request.service() != null) ? ServiceKey.parseLenient(request.service()) : null;
		Map<ServiceKey, BackupRef> backups = backups(view, service);
		List<String> refused = refused(namespace, view, service, backups);
		if (!refused.isEmpty()) {
			throw new FailoverRefusedException(refused);
		}
		Instant now = Instant.now();
		DrillStatus status = new DrillStatus(namespace.name(), (service != null) ? service.toString() : null, now,
				now.plus(request.duration()), request.by(), request.reason(), Outcome.RUNNING, null);
		RunningDrill drill = new RunningDrill(namespace, status, System.nanoTime() + request.duration().toNanos(),
				this.failures.getAsLong(), view.failoverSwitch());
		this.running.put(namespace, drill);
		record(drill, request.origin(), "started, for %s%s".formatted(request.duration(),
				(request.reason() != null) ? ": " + request.reason() : ""));
		namespace.adjust((adjustments) -> adjustments.withDrills(backups));
		this.engine.awaitApplied(List.of(namespace));
		this.executor.schedule(() -> watch(drill), TICK_MILLIS, TimeUnit.MILLISECONDS);
		return status;
	}

	private FailoverNamespace namespace(DrillRequest request) {
		Collection<FailoverNamespace> found = this.engine.namespaces(request.namespace());
		if (found.size() != 1) {
			throw new IllegalArgumentException("'namespace' is missing; name one of "
					+ found.stream().map(FailoverNamespace::name).sorted().toList());
		}
		return found.iterator().next();
	}

	/** The backups that the switch would serve. */
	private static Map<ServiceKey, BackupRef> backups(View view, @Nullable ServiceKey service) {
		Map<ServiceKey, BackupRef> backups = new HashMap<>();
		for (BackupRef backup : view.backups().all()) {
			ServiceKey plain = backup.key().withoutClusters();
			if (backup.key().clusters() == null
					&& ((service != null) ? plain.equals(service) : view.patterns().cover(plain))) {
				backups.put(plain, backup);
			}
		}
		return backups;
	}

	private List<String> refused(FailoverNamespace namespace, View view, @Nullable ServiceKey service,
			Map<ServiceKey, BackupRef> backups) {
		List<String> refused = new ArrayList<>();
		if (service != null && backups.isEmpty()) {
			throw new UnknownServiceException(service.toString(),
					this.engine.similarServices(service, namespace.name()));
		}
		if (this.running.containsKey(namespace)) {
			refused.add("another drill is running");
		}
		if (view.isServing()) {
			refused.add("failover is on, or a service is held");
		}
		if (namespace.serverStatus() != ServerStatus.UP) {
			refused.add("the server is not up, so there would be nothing to go back to");
		}
		if (!view.failoverSwitch().exceptions().isEmpty()) {
			refused.add("services are on or off by themselves: " + view.failoverSwitch().exceptions().keySet());
		}
		if (refused.isEmpty()) {
			Findings findings = this.engine.rules()
				.guard()
				.examine(Map.of(namespace, new Change(view, view.with(during(view, service)))));
			refused.addAll(findings.of(namespace).refused());
		}
		Collection<String> unhealthy = this.health.notUp();
		if (!unhealthy.isEmpty()) {
			refused.add("health indicators are not up: " + unhealthy);
		}
		return refused;
	}

	private static SwitchState during(View view, @Nullable ServiceKey service) {
		SwitchState state = view.failoverSwitch();
		return (service != null) ? state.withExceptions(Map.of(service, true))
				: new SwitchState(true, null, null, null, null, state.exceptions());
	}

	private void watch(RunningDrill drill) {
		drill.namespace().faults().run("drill", () -> {
			String abort = whyAbort(drill);
			if (abort != null) {
				end(drill, Outcome.ABORTED, abort);
			}
			else if (System.nanoTime() - drill.end() >= 0) {
				end(drill, Outcome.SUCCEEDED, null);
			}
		});
		if (this.running.get(drill.namespace()) == drill && !this.executor.isShutdown()) {
			this.executor.schedule(() -> watch(drill), TICK_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private @Nullable String whyAbort(RunningDrill drill) {
		if (!drill.namespace().view().failoverSwitch().equals(drill.failoverSwitch())) {
			return "the switch was changed";
		}
		ServerStatus status = drill.namespace().serverStatus();
		if (status != ServerStatus.UP) {
			return "the server is " + status;
		}
		if (this.failures.getAsLong() - drill.failuresBefore() >= MAX_FAILURES) {
			return "%d calls have failed".formatted(this.failures.getAsLong() - drill.failuresBefore());
		}
		Collection<String> unhealthy = this.health.notUp();
		return unhealthy.isEmpty() ? null : "health indicators are not up any more: " + unhealthy;
	}

	private synchronized void end(RunningDrill drill, Outcome outcome, @Nullable String detail) {
		if (!this.running.remove(drill.namespace(), drill)) {
			return;
		}
		drill.namespace().adjust((adjustments) -> adjustments.withDrills(Map.of()));
		this.last.put(drill.namespace(), drill.status().ended(outcome, detail));
		record(drill, SwitchOrigin.DETECTOR, outcome + ((detail != null) ? ": " + detail : ""));
		this.proofs.remove(drill.namespace());
	}

	private void record(RunningDrill drill, SwitchOrigin origin, String what) {
		String target = (drill.status().service() != null) ? drill.status().service() : ALL;
		logger.info("Failover of namespace '{}': drill of {} {}", drill.namespace().name(), target, what);
		this.engine.recordBackups(drill.namespace(), SwitchAction.DRILL, drill.status().by(), origin,
				"drill of %s %s".formatted(target, what));
	}

	/**
	 * The last drill of a namespace in this process.
	 * @param namespace the namespace
	 * @return the drill, {@code null} if there was none
	 */
	public @Nullable DrillStatus last(FailoverNamespace namespace) {
		RunningDrill drill = this.running.get(namespace);
		DrillStatus ended = this.last.get(namespace);
		return (drill != null) ? drill.status() : (ended != null) ? ended : this.earlier.get(namespace);
	}

	/**
	 * Returns when a drill has last succeeded, in this process or an earlier one. Cached
	 * for a minute, since the history may have to be read.
	 * @param namespace the namespace
	 * @return the time, {@code null} if none has as far as the history goes back
	 */
	public @Nullable Instant lastSuccess(FailoverNamespace namespace) {
		long now = System.nanoTime();
		// The end of a drill that is recorded meanwhile removes what is put here.
		Proof proof = this.proofs.compute(namespace,
				(key, known) -> (known == null || now - known.at() >= PROOF_EVERY.toNanos())
						? new Proof(readLastSuccess(key), now) : known);
		return proof.succeeded();
	}

	private @Nullable Instant readLastSuccess(FailoverNamespace namespace) {
		return this.engine.history(namespace.name())
			.stream()
			.filter((entry) -> entry.action() == SwitchAction.DRILL && entry.detail() != null
					&& entry.detail().endsWith(" " + Outcome.SUCCEEDED))
			.map(SwitchChangedEvent::at)
			.max(Instant::compareTo)
			.orElse(null);
	}

	boolean hasSucceededLately() {
		return this.engine.namespaces().stream().anyMatch((namespace) -> {
			Instant at = lastSuccess(namespace);
			return at != null && Duration.between(at, Instant.now()).compareTo(PROOF) < 0;
		});
	}

	/** A drill of an earlier process without an end was interrupted. */
	private @Nullable DrillStatus ofEarlierProcess(FailoverNamespace namespace) {
		for (SwitchChangedEvent entry : this.engine.history(namespace.name())) {
			Matcher started = (entry.action() == SwitchAction.DRILL && entry.detail() != null)
					? STARTED.matcher(entry.detail()) : null;
			if (started != null && started.matches()) {
				Instant until = entry.at().plus(Duration.parse(started.group(2)));
				boolean over = namespace.store().fleet() == null || until.isBefore(Instant.now());
				return new DrillStatus(namespace.name(), ALL.equals(started.group(1)) ? null : started.group(1),
						entry.at(), until, entry.by(), started.group(3), over ? Outcome.INTERRUPTED : Outcome.RUNNING,
						over ? "the process ended" : "in another process");
			}
			if (entry.action() == SwitchAction.DRILL) {
				return null;
			}
		}
		return null;
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		RunningDrill drill = this.running.get(namespace);
		if (drill != null && !after.failoverSwitch().equals(drill.failoverSwitch())) {
			// A drill does not overlap with a switch of an operator.
			this.executor.execute(() -> watch(drill));
		}
	}

	@Override
	public void close() {
		this.running.values().forEach((drill) -> end(drill, Outcome.INTERRUPTED, "the application has ended"));
		this.engine.removeListener(this);
		this.executor.shutdownNow();
	}

	/**
	 * The last drills in the history.
	 *
	 * @param succeeded when a drill has last succeeded
	 * @param at when the history was read, on a monotonic clock
	 */
	private record Proof(@Nullable Instant succeeded, long at) {

	}

	/**
	 * A running drill.
	 *
	 * @param namespace the namespace
	 * @param status what is known of it
	 * @param end when it ends, on a monotonic clock
	 * @param failuresBefore number of failed calls when it began
	 * @param failoverSwitch the switch when it began
	 */
	private record RunningDrill(FailoverNamespace namespace, DrillStatus status, long end, long failuresBefore,
			SwitchState failoverSwitch) {

	}

}
