package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SnapshotRestoredEvent;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.github.nacosfailover.snapshot.RoundObservations.LastAnswer;
import io.github.nacosfailover.snapshot.SnapshotRound.Result;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one namespace. Hints come from any thread, everything else is called
 * by one thread at a time.
 */
final class NamespaceSnapshots {

	/** Recorded as the author of automatic snapshots. */
	private static final String AUTOMATIC = "snapshot";

	private static final Logger logger = LoggerFactory.getLogger(NamespaceSnapshots.class);

	private final FailoverNamespace namespace;

	private final SnapshotArchive archive;

	private final SnapshotSettings settings;

	private final Consumer<Object> events;

	private final GuardStates guardStates;

	private final ShrinkGuard guard;

	private final KeptBackups kept;

	private final SnapshotScope scope;

	private final RoundQueue queue;

	private final SnapshotProblems problems;

	private final Map<ServiceKey, LastAnswer> lastAnswers = new HashMap<>();

	/** Services that were served until now, which the guard does not know yet. */
	private final Set<ServiceKey> noLongerServed = ConcurrentHashMap.newKeySet();

	private Object guardStateVersion = "";

	NamespaceSnapshots(FailoverNamespace namespace, SnapshotArchive archive, SnapshotSettings settings,
			Consumer<Object> events) {
		this.namespace = namespace;
		this.archive = archive;
		this.settings = settings;
		this.events = events;
		this.guardStates = new GuardStates(settings, archive.isShared());
		this.guard = new ShrinkGuard(settings, this.guardStates);
		this.kept = new KeptBackups(namespace.name(), events);
		this.scope = new SnapshotScope(namespace, settings);
		this.queue = new RoundQueue(settings, this.scope);
		this.problems = new SnapshotProblems(namespace, archive, logger);
		namespace.addProblems(this.problems::list);
		namespace.asked().forEach((key) -> hint(key, false));
	}

	FailoverNamespace namespace() {
		return this.namespace;
	}

	SnapshotArchive archive() {
		return this.archive;
	}

	/** The reasons why backups are kept although the server reports something else. */
	Map<ServiceKey, String> kept() {
		return this.kept.reasons();
	}

	/**
	 * Queue a service that may have changed.
	 * @param pushed whether the server has reported the change
	 * @return whether a round is due earlier than before
	 */
	boolean hint(ServiceKey key, boolean pushed) {
		return this.queue.add(key, pushed);
	}

	/**
	 * React to a change of what is served. Services that were served may be back only in
	 * part. Those that are served from now on are stored in time for a crash, and edited
	 * or deleted backups are checked.
	 * @param noLongerServed the services that were served until now
	 */
	void servedChanged(Collection<ServiceKey> noLongerServed) {
		this.noLongerServed.addAll(noLongerServed);
		this.queue.addAll();
	}

	/** Whether other processes have changed the guard state since it was last read. */
	boolean isGuardStateChanged() {
		return !this.archive.guardState().version().equals(this.guardStateVersion);
	}

	/**
	 * Queue the services that other processes see shrunk: a process that sees one
	 * complete has to store that before the loss settles.
	 */
	void readGuardState() {
		this.guardStateVersion = this.archive.guardState().version();
		for (ServiceKey key : this.guardStates.shrunkForOthers(this.archive.guardState().read())) {
			if (this.namespace.usageIfAny(key) != null) {
				hint(key, false);
			}
		}
	}

	/** Nanoseconds until something is due. */
	long pauseNanos() {
		return this.queue.pauseNanos();
	}

	/**
	 * Run a round of the services that are due. Does not throw: whatever fails is retried
	 * later.
	 */
	void runDue(String id, RateLimiter limiter) {
		Map<ServiceKey, Boolean> services = new LinkedHashMap<>();
		try {
			ServerAnswers server = new ServerAnswers(this.namespace, limiter);
			this.queue.takeDue(server, this.guardStates::watched, services);
			if (services.isEmpty()) {
				return;
			}
			Result result = run(services, server, id, AUTOMATIC, false, false);
			if (!result.postponed().isEmpty()) {
				Map<ServiceKey, Boolean> postponed = new LinkedHashMap<>();
				result.postponed().forEach((key) -> postponed.put(key, services.getOrDefault(key, false)));
				this.queue.retry(postponed);
			}
		}
		catch (Throwable ex) {
			// Errors too: after an OutOfMemoryError, say, the next round may succeed.
			logger.debug("The backups of namespace '{}' cannot be written", this.namespace.name(), ex);
			this.queue.retry(services);
			this.problems
				.failed("%s; tried again every %s s".formatted(message(ex), this.settings.retryPause().toSeconds()));
		}
		scheduleWatch();
	}

	private void scheduleWatch() {
		this.queue.scheduleWatch(!this.guardStates.watched().isEmpty());
	}

	/**
	 * Take a snapshot of every service in scope.
	 * @param force whether to write what the guard would hold back
	 * @throws IOException if nothing could be written
	 */
	Result take(String id, boolean force, String by, RateLimiter limiter) throws IOException {
		ServerAnswers server = new ServerAnswers(this.namespace, limiter);
		Map<ServiceKey, Boolean> services = this.queue.takeAll(server);
		try {
			Result result = run(services, server, id, by, force, false);
			result.postponed().forEach((key) -> hint(key, true));
			return result;
		}
		catch (IOException ex) {
			services.forEach(this::hint);
			this.problems.failed(message(ex));
			throw ex;
		}
		finally {
			scheduleWatch();
		}
	}

	/**
	 * Take a snapshot of one service, also while failover is on for it.
	 * @param force whether to write what the guard would hold back
	 * @throws IOException if nothing could be written
	 */
	Result takeOne(ServiceKey key, String id, boolean force, String by, RateLimiter limiter) throws IOException {
		Result result = run(Map.of(key, true), new ServerAnswers(this.namespace, limiter), id, by, force, true);
		scheduleWatch();
		return result;
	}

	private Result run(Map<ServiceKey, Boolean> services, ServerAnswers server, String id, String by, boolean force,
			boolean evenIfOn) throws IOException {
		markServed(services.keySet());
		SnapshotRound round = new SnapshotRound(this.archive, this.guard, this.guardStates,
				new RoundObservations(this.namespace, server, this.lastAnswers, force, evenIfOn), force);
		Result result = round.run(services, id, by);
		if (!result.decided().isEmpty()) {
			this.problems.failed(null);
		}
		this.kept.update(result.decided(), result.kept());
		this.problems.updateUnusable(result.decided(), result.unusable());
		Snapshot snapshot = result.snapshot();
		if (snapshot != null) {
			logger.info("Failover of namespace '{}': snapshot {} by {}: {} backups added, {} changed, {} removed",
					this.namespace.name(), snapshot.id(), by, snapshot.added().size(), snapshot.changed().size(),
					snapshot.removed().size());
			this.events
				.accept(new SnapshotTakenEvent(this.namespace.name(), snapshot.id(), by, names(changes(snapshot))));
		}
		return result;
	}

	/**
	 * Mark the services that are served, or were until now, before anything is decided on
	 * them, and store that in time for a restart.
	 */
	private void markServed(Set<ServiceKey> services) {
		View view = this.namespace.view();
		Set<ServiceKey> served = new LinkedHashSet<>();
		for (ServiceKey key : List.copyOf(this.noLongerServed)) {
			this.noLongerServed.remove(key);
			if (this.scope.isInUse(key)) {
				served.add(key);
			}
		}
		services.stream().filter((key) -> view.served().find(key) != null || view.isAdded(key)).forEach(served::add);
		this.guardStates.markServed(served);
		try {
			Map<ServiceKey, String> stored = this.archive.guardState().read();
			if (!this.guardStates.mergeServed(stored).equals(stored)) {
				this.archive.guardState().change(this.guardStates::mergeServed);
			}
			this.guardStates.servedStored();
		}
		catch (IOException | RuntimeException ex) {
			// The marks are kept, and stored with the next round.
			logger.debug("The guard state of namespace '{}' cannot be written", this.namespace.name(), ex);
		}
	}

	/**
	 * Restore a snapshot.
	 * @param services the services, {@code null} for all that it has
	 * @param exact whether services that it does not have lose their backup
	 * @param newId id of the snapshot that the restore creates
	 * @throws IOException if nothing could be written
	 */
	SnapshotResult restore(String id, @Nullable Set<ServiceKey> services, boolean exact, String newId, String by)
			throws IOException {
		SnapshotResult result = this.archive.restore(id, services, exact, newId, by);
		Snapshot snapshot = result.snapshot();
		if (snapshot == null) {
			return result;
		}
		Set<ServiceKey> changes = changes(snapshot);
		this.guardStates.markRestored(changes);
		try {
			this.archive.guardState().change(this.guardStates::merge);
		}
		catch (IOException ex) {
			// The marks are kept, and stored with the next round.
			this.problems.failed(message(ex));
		}
		this.guardStates.release(changes.stream().filter((key) -> !this.scope.isAskedForOrListed(key)).toList());
		changes.forEach(this.lastAnswers::remove);
		changes.forEach((key) -> hint(key, false));
		logger.info("Failover of namespace '{}': snapshot {} was restored by {} as {}", this.namespace.name(), id, by,
				snapshot.id());
		this.events.accept(new SnapshotRestoredEvent(this.namespace.name(), id, snapshot.id(), by, names(changes)));
		return result;
	}

	private static Set<ServiceKey> changes(Snapshot snapshot) {
		Set<ServiceKey> changes = new TreeSet<>(snapshot.added());
		changes.addAll(snapshot.changed());
		changes.addAll(snapshot.removed());
		return changes;
	}

	private static Set<String> names(Set<ServiceKey> keys) {
		Set<String> names = new LinkedHashSet<>();
		keys.forEach((key) -> names.add(key.toString()));
		return names;
	}

	/** The reasons for which services of a round have no new backup, sorted. */
	static Map<ServiceKey, String> reasons(Result result) {
		Map<ServiceKey, String> reasons = new TreeMap<>(result.kept());
		result.manual()
			.forEach((key) -> reasons.put(key,
					"it was edited manually; delete it, or take a snapshot by force, to have it saved again"));
		result.postponed()
			.forEach((key) -> reasons.put(key,
					"failover is on for it, or the server does not answer; it is checked " + "again after that"));
		return reasons;
	}

	private static String message(Throwable ex) {
		String message = (ex instanceof IOException) ? ex.getMessage() : null;
		return (message != null) ? message : Faults.describe(ex);
	}

}
