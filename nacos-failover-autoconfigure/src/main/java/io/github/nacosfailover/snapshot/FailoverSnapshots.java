package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.report.SnapshotContent;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.MigrationDirection;
import io.github.nacosfailover.snapshot.OperationResult.Operation;
import io.github.nacosfailover.snapshot.SnapshotRound.Result;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.thread.Faults;
import io.github.nacosfailover.thread.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of an engine: automatic ones, taken by one thread, and those requested
 * through the API, taken by the caller. A lock serialises them.
 */
public final class FailoverSnapshots implements NacosFailoverSnapshots, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FailoverSnapshots.class);

	/** Between two queries of the server that nobody waits for. */
	private static final Duration QUERY_PAUSE = Duration.ofMillis(5);

	/** New namespaces are found by polling: they matter only once they have services. */
	private static final long MAX_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

	/** Operations wait meanwhile. */
	private static final Duration COMPARISON_PATIENCE = Duration.ofSeconds(5);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private final FailoverEngine engine;

	private final SnapshotSettings settings;

	private final Consumer<Object> events;

	private final Map<FailoverNamespace, NamespaceSnapshots> byNamespace = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final SnapshotHints hints = new SnapshotHints(this.byNamespace::get, this::of, () -> this.task.wake());

	private final RepeatedTask task = new RepeatedTask("nacos-failover-snapshots", new Faults(logger, "snapshots"),
			this::runRounds);

	private final RateLimiter limiter = new RateLimiter(QUERY_PAUSE, () -> this.closed || this.lock.hasQueuedThreads());

	private volatile boolean closed;

	/**
	 * Create the snapshots of an engine and start to take them, if that is enabled.
	 * @param engine the engine
	 * @param settings the settings
	 * @param events receives the events of snapshots taken or restored and of backups
	 * kept
	 */
	public FailoverSnapshots(FailoverEngine engine, SnapshotSettings settings, Consumer<Object> events) {
		this.engine = engine;
		this.settings = settings;
		this.events = events;
		if (settings.enabled()) {
			engine.addListener(this.hints);
			this.task.start();
		}
	}

	/** Run what is due. A failure in one namespace does not affect the others. */
	private long runRounds() {
		// A process that disputes a loss has to do so before the loss settles.
		long pause = Math.min(MAX_PAUSE_NANOS, this.settings.watchPause().toNanos());
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			NamespaceSnapshots snapshots = namespace.faults().ask("snapshots", () -> runIfDue(namespace));
			pause = Math.min(pause, (snapshots != null) ? snapshots.pauseNanos() : pause);
		}
		return pause;
	}

	private @Nullable NamespaceSnapshots runIfDue(FailoverNamespace namespace) {
		NamespaceSnapshots snapshots = of(namespace);
		if (snapshots != null && (snapshots.pauseNanos() == 0 || snapshots.isGuardStateChanged())) {
			runDue(snapshots);
		}
		return snapshots;
	}

	private void runDue(NamespaceSnapshots snapshots) {
		this.lock.lock();
		try {
			if (!this.closed) {
				snapshots.readGuardState();
				snapshots.runDue(SnapshotId.next(), this.limiter);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The snapshots of the namespaces whose store supports them. */
	private List<NamespaceSnapshots> all(Collection<FailoverNamespace> namespaces) {
		List<NamespaceSnapshots> all = new ArrayList<>();
		for (FailoverNamespace namespace : namespaces) {
			NamespaceSnapshots snapshots = of(namespace);
			if (snapshots != null) {
				all.add(snapshots);
			}
		}
		return all;
	}

	private @Nullable NamespaceSnapshots of(FailoverNamespace namespace) {
		NamespaceSnapshots known = this.byNamespace.get(namespace);
		SnapshotArchive archive = (known == null) ? namespace.store().archive() : null;
		return (archive != null) ? this.byNamespace.computeIfAbsent(namespace,
				(key) -> new NamespaceSnapshots(key, archive, this.settings, this::publish)) : known;
	}

	private void publish(Object event) {
		this.engine.faults()
			.run("listeners of the application for " + event.getClass().getSimpleName(),
					() -> this.events.accept(event));
	}

	@Override
	public SnapshotList list() {
		SnapshotListing listing = new SnapshotListing();
		for (NamespaceSnapshots target : all(this.engine.namespaces())) {
			OperationResult result = new OperationResult();
			result.attempt(target, listing::add);
			result.throwFailures();
		}
		return listing.get();
	}

	@Override
	public SnapshotOutcome take(@Nullable String namespace, boolean force, String by, SwitchOrigin origin) {
		return locked(() -> {
			Collection<FailoverNamespace> targets = this.engine.namespaces(namespace);
			refuse(targets, "there is nothing to take a snapshot of", (target) -> whyNotTaken(target, false));
			OperationResult result = new OperationResult();
			RateLimiter unlimited = new RateLimiter(Duration.ZERO, () -> true);
			for (NamespaceSnapshots target : all(targets)) {
				result.attempt(target, (snapshots) -> {
					Result taken = snapshots.take(result.id(), force, by, unlimited);
					if (taken.decided().isEmpty() && !taken.postponed().isEmpty()) {
						result.addFailure(snapshots,
								"the server does not answer, so there is nothing to take; try again when it does");
					}
					if (force) {
						this.engine.recordBackups(snapshots.namespace(), SwitchAction.SNAPSHOT, by, origin,
								"by force: " + idOr(taken.snapshot(), ""));
					}
					result.add(snapshots, taken.snapshot(), NamespaceSnapshots.reasons(taken));
				});
			}
			return result.get();
		});
	}

	private static String idOr(@Nullable Snapshot written, String prefix) {
		return (written != null) ? prefix + written.id() : "nothing was different";
	}

	private @Nullable String whyNotTaken(FailoverNamespace target, boolean evenIfOn) {
		if (of(target) == null) {
			return "its store '%s' keeps no snapshots".formatted(target.store().name());
		}
		if (target.serverStatus() == ServerStatus.DOWN) {
			return "the server is down, so there is nothing to compare the backups with; they stay as they are";
		}
		return (target.view().isOn() && !evenIfOn)
				? "failover is on, and backups that are served are not replaced; switch it off before" : null;
	}

	private static void refuse(Collection<FailoverNamespace> targets, String ifNone,
			Function<FailoverNamespace, @Nullable String> reason) {
		List<String> reasons = new ArrayList<>();
		if (targets.isEmpty()) {
			reasons.add("No Nacos naming client has been created in this application yet, so " + ifNone);
		}
		for (FailoverNamespace target : targets) {
			String refused = reason.apply(target);
			if (refused != null) {
				reasons.add("namespace '%s': %s".formatted(target.name(), refused));
			}
		}
		if (!reasons.isEmpty()) {
			throw new FailoverRefusedException(reasons);
		}
	}

	@Override
	public SnapshotOutcome takeService(String service, @Nullable String namespace, boolean force, String by,
			SwitchOrigin origin) {
		ServiceKey key = ServiceKey.parseLenient(service);
		return locked(() -> {
			List<FailoverNamespace> targets = this.engine.namespaces(namespace)
				.stream()
				.filter((target) -> target.knows(key))
				.toList();
			if (targets.isEmpty()) {
				throw new UnknownServiceException(service, this.engine.similarServices(key, namespace));
			}
			refuse(targets, "there is nothing to save", (target) -> whyNotTaken(target, true));
			OperationResult result = new OperationResult();
			for (NamespaceSnapshots target : all(targets)) {
				result.attempt(target, (snapshots) -> {
					Result taken = snapshots.takeOne(key, result.id(), force, by,
							new RateLimiter(Duration.ZERO, () -> true));
					if (!taken.postponed().isEmpty()) {
						result.addFailure(snapshots,
								"the server does not answer for %s; try again when it does".formatted(key));
					}
					this.engine.recordBackups(snapshots.namespace(), SwitchAction.SNAPSHOT, by, origin,
							"%s%s: %s".formatted(key, force ? " by force" : "", idOr(taken.snapshot(), "")));
					result.add(snapshots, taken.snapshot(), NamespaceSnapshots.reasons(taken));
				});
			}
			this.engine.awaitApplied(targets);
			return result.get();
		});
	}

	@Override
	public SnapshotContent show(String id, @Nullable String namespace) {
		return locked(() -> {
			SnapshotComparison comparison = new SnapshotComparison(id, COMPARISON_PATIENCE);
			forEachWith(id, namespace, comparison::add);
			return comparison.get();
		});
	}

	@Override
	public SnapshotOutcome restore(String id, @Nullable String namespace, boolean exact, String by,
			SwitchOrigin origin) {
		return restore(id, namespace, null, exact, by, origin);
	}

	@Override
	public SnapshotOutcome restoreServices(String id, @Nullable String namespace, Collection<String> services,
			String by, SwitchOrigin origin) {
		Set<ServiceKey> keys = new TreeSet<>();
		services.forEach((service) -> keys.add(ServiceKey.parseLenient(service)));
		if (keys.isEmpty()) {
			throw new IllegalArgumentException("'services' is empty; name the services, or leave it out for all");
		}
		return restore(id, namespace, keys, false, by, origin);
	}

	private SnapshotOutcome restore(String id, @Nullable String namespace, @Nullable Set<ServiceKey> services,
			boolean exact, String by, SwitchOrigin origin) {
		return locked(() -> {
			if (services != null) {
				requireAll(id, namespace, services);
			}
			OperationResult result = new OperationResult();
			List<FailoverNamespace> changed = new ArrayList<>();
			forEachWith(id, namespace, (target) -> {
				SnapshotResult restored = target.restore(id, services, exact, result.id(), by);
				changed.add(target.namespace());
				this.engine.recordBackups(target.namespace(), SwitchAction.RESTORE, by, origin,
						"%s%s%s, %s".formatted(id, exact ? " exactly" : "", (services != null) ? " of " + services : "",
								idOr(restored.snapshot(), "now ")));
				result.add(target, restored.snapshot(), restored.kept());
			});
			this.engine.awaitApplied(changed);
			return result.get();
		});
	}

	/** A name that was mistyped restores nothing. */
	private void requireAll(String id, @Nullable String namespace, Set<ServiceKey> services) {
		Set<ServiceKey> missing = new TreeSet<>(services);
		forEachWith(id, namespace, (target) -> missing.removeAll(target.archive().services(id).keySet()));
		if (!missing.isEmpty()) {
			ServiceKey first = missing.iterator().next();
			throw new UnknownServiceException(first.toString(), this.engine.similarServices(first, namespace));
		}
	}

	@Override
	public SnapshotList pin(String id, @Nullable String namespace, boolean pinned) {
		locked(() -> {
			forEachWith(id, namespace, (target) -> target.archive().pin(id, pinned));
			return true;
		});
		return list();
	}

	@Override
	public void delete(String id, @Nullable String namespace) {
		locked(() -> {
			forEachWith(id, namespace, (target) -> target.archive().delete(id));
			return true;
		});
	}

	@Override
	public SnapshotOutcome copy(MigrationDirection direction, @Nullable String namespace, String by,
			SwitchOrigin origin) {
		return locked(() -> {
			Collection<FailoverNamespace> targets = this.engine.namespaces(namespace);
			refuse(targets, "there is nothing to copy", (target) -> StoreMigration.whyImpossible(target, direction));
			OperationResult result = new OperationResult();
			String destination = (direction == MigrationDirection.TO_STORE) ? "to the store" : "to the disk";
			for (NamespaceSnapshots target : all(targets)) {
				result.attempt(target, (snapshots) -> {
					SnapshotResult copied = StoreMigration.copy(snapshots.namespace(), direction, result.id(), by);
					result.add(snapshots, copied.snapshot(), copied.kept());
					this.engine.recordBackups(snapshots.namespace(), SwitchAction.COPY, by, origin, destination);
					logger.info("Failover of namespace '{}': copied {} by {}", snapshots.namespace().name(),
							destination, by);
				});
			}
			this.engine.awaitApplied(targets);
			return result.get();
		});
	}

	/** Run an operation for the namespaces that have a snapshot. */
	private void forEachWith(String id, @Nullable String namespace, Operation operation) {
		OperationResult result = new OperationResult();
		AtomicBoolean found = new AtomicBoolean();
		for (NamespaceSnapshots candidate : all(this.engine.namespaces(namespace))) {
			result.attempt(candidate, (target) -> {
				if (target.archive().snapshots().stream().anyMatch((snapshot) -> snapshot.id().equals(id))) {
					found.set(true);
					operation.run(target);
				}
			});
		}
		result.throwFailures();
		if (!found.get()) {
			throw new UnknownSnapshotException(id);
		}
	}

	/** Run an operation of the API, between two automatic rounds. */
	private <T> T locked(Supplier<T> operation) {
		this.lock.lock();
		try {
			return operation.get();
		}
		finally {
			this.lock.unlock();
			this.task.wake();
		}
	}

	/**
	 * Stop taking snapshots, after the one in progress.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.engine.removeListener(this.hints);
		// Not interrupted: that would abort a write.
		this.task.end();
		this.task.awaitEnd(CLOSE_TIMEOUT);
	}

}
