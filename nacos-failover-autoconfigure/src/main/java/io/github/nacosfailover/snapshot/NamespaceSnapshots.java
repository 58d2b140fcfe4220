package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
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
import io.github.nacosfailover.snapshot.SnapshotRound.LastAnswer;
import io.github.nacosfailover.snapshot.SnapshotRound.Result;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one namespace. Hints come from any thread, everything else is done by
 * one thread at a time.
 */
final class NamespaceSnapshots {

	/** Who asks for those that come by themselves. */
	static final String BY_ITSELF = "snapshot";

	private static final Logger logger = LoggerFactory.getLogger(NamespaceSnapshots.class);

	private final FailoverNamespace namespace;

	private final SnapshotArchive archive;

	private final SnapshotSettings settings;

	private final Consumer<Object> events;

	private final ShrinkGuard guard;

	private final KeptBackups kept;

	private final RoundTimes times;

	private final ProblemLog problemLog;

	/** Services to look at; whether to ask the server even if a client seems to know. */
	private final Map<ServiceKey, Boolean> hints = new ConcurrentHashMap<>();

	private final Map<ServiceKey, LastAnswer> lastAnswers = new HashMap<>();

	private final SnapshotScope scope;

	/** Services that were served until now. */
	private final Set<ServiceKey> servedUntilNow = ConcurrentHashMap.newKeySet();

	private Object memoryVersion = "";

	private volatile @Nullable String failure;

	private volatile Map<ServiceKey, String> unusable = Map.of();

	NamespaceSnapshots(FailoverNamespace namespace, SnapshotArchive archive, SnapshotSettings settings,
			Consumer<Object> events) {
		this.namespace = namespace;
		this.archive = archive;
		this.settings = settings;
		this.events = events;
		this.guard = new ShrinkGuard(settings, archive.isShared());
		this.kept = new KeptBackups(namespace.name(), events);
		this.times = new RoundTimes(settings);
		this.scope = new SnapshotScope(namespace, settings);
		this.problemLog = new ProblemLog(logger, "snapshots of namespace '%s'".formatted(namespace.name()));
		namespace.addProblems(this::problems);
		namespace.asked().forEach((key) -> hint(key, false));
	}

	private List<Problem> problems() {
		List<Problem> problems = new ArrayList<>(this.archive.problems());
		String failure = this.failure;
		if (failure != null) {
			problems.add(new Problem(location(), failure));
		}
		this.unusable.forEach((key, reason) -> problems
			.add(new Problem(location(), "the backup of %s is kept: %s".formatted(key, reason))));
		return problems;
	}

	private String location() {
		String location = this.namespace.store().location();
		return (location != null) ? location : this.namespace.store().name();
	}

	FailoverNamespace namespace() {
		return this.namespace;
	}

	SnapshotArchive archive() {
		return this.archive;
	}

	/**
	 * The backups that are kept although the server says something else.
	 * @return the reasons by service
	 */
	Map<ServiceKey, String> kept() {
		return this.kept.reasons();
	}

	/**
	 * Takes note that a service may have changed.
	 * @param key the service
	 * @param told whether the server has told so
	 * @return whether a round is due earlier than it was
	 */
	boolean hint(ServiceKey key, boolean told) {
		this.hints.merge(key, told, Boolean::logicalOr);
		return this.times.hinted();
	}

	/**
	 * Takes note that what is served has changed. What was served until now may be half
	 * back; what is from now on is noted in time for a crash; and what was edited, or
	 * deleted, is looked at again.
	 * @param noLonger the services that are not served any more
	 */
	void servedChanged(Collection<ServiceKey> noLonger) {
		this.servedUntilNow.addAll(noLonger);
		this.times.upset();
	}

	/**
	 * Whether other processes have noted something since this was last asked.
	 */
	boolean haveOthersNoted() {
		return !this.archive.guardState().version().equals(this.memoryVersion);
	}

	/**
	 * Looks at what other processes have noted. Where one sees a loss, all that use the
	 * service look too: whoever sees it whole has to say so before the loss settles.
	 */
	void noteOthers() {
		this.memoryVersion = this.archive.guardState().version();
		for (ServiceKey key : this.guard.shrunkForOthers(this.archive.guardState().read())) {
			if (this.namespace.usageIfAny(key) != null) {
				hint(key, false);
			}
		}
	}

	/**
	 * How long there is nothing to do.
	 * @return the time in nanoseconds
	 */
	long pause() {
		return this.times.pause();
	}

	/**
	 * Does what is due. Does not throw: what cannot be done, for whatever reason, is done
	 * later.
	 * @param id id for the snapshot
	 * @param pace how fast to ask the server
	 */
	void runDue(String id, RateLimiter pace) {
		Map<ServiceKey, Boolean> services = new LinkedHashMap<>();
		try {
			ServerAnswers server = new ServerAnswers(this.namespace, pace);
			takeDue(services, server);
			if (services.isEmpty()) {
				return;
			}
			Result result = run(services, server, id, BY_ITSELF, false);
			result.postponed()
				.forEach((key) -> this.hints.merge(key, services.getOrDefault(key, false), Boolean::logicalOr));
			if (!result.postponed().isEmpty()) {
				this.times.postponed();
			}
		}
		catch (Throwable ex) {
			// An error, too, that of a memory that is full, say: the next time may do.
			logger.debug("The backups of namespace '{}' cannot be written", this.namespace.name(), ex);
			services.forEach((key, told) -> this.hints.merge(key, told, Boolean::logicalOr));
			this.times.postponed();
			failed("%s; tried again every %s s".formatted(message(ex), this.settings.retryPause().toSeconds()));
		}
		this.times.watching(!this.guard.watched().isEmpty());
	}

	private void takeDue(Map<ServiceKey, Boolean> services, ServerAnswers server) {
		boolean all = this.times.takeVerification();
		if (this.times.takeHints() || all) {
			takeHints(services);
		}
		if (this.times.takeWatch() || all) {
			this.guard.watched().forEach((key) -> services.putIfAbsent(key, false));
		}
		if (all) {
			this.scope.services(server).forEach((key) -> services.putIfAbsent(key, false));
		}
	}

	private void takeHints(Map<ServiceKey, Boolean> services) {
		for (ServiceKey key : List.copyOf(this.hints.keySet())) {
			Boolean told = this.hints.remove(key);
			if (told != null) {
				services.put(key, told);
				if (!this.scope.isInUse(key)) {
					services.remove(key);
				}
			}
		}
	}

	/**
	 * Takes a snapshot of every service in scope.
	 * @param id id for the snapshot
	 * @param force whether to take what guards hold back
	 * @param by who asks
	 * @param pace how fast to ask the server
	 * @return what came of it
	 * @throws IOException if nothing could be written
	 */
	Result take(String id, boolean force, String by, RateLimiter pace) throws IOException {
		Map<ServiceKey, Boolean> services = new LinkedHashMap<>();
		takeHints(services);
		ServerAnswers server = new ServerAnswers(this.namespace, pace);
		this.scope.services(server).forEach((key) -> services.putIfAbsent(key, false));
		try {
			Result result = run(services, server, id, by, force);
			result.postponed().forEach((key) -> hint(key, true));
			return result;
		}
		catch (IOException ex) {
			services.forEach(this::hint);
			failed(message(ex));
			throw ex;
		}
		finally {
			this.times.watching(!this.guard.watched().isEmpty());
		}
	}

	private Result run(Map<ServiceKey, Boolean> services, ServerAnswers server, String id, String by, boolean force)
			throws IOException {
		noteServed(services.keySet());
		SnapshotRound round = new SnapshotRound(this.namespace, this.archive, server, this.guard, this.lastAnswers,
				force);
		Result result = round.run(services, id, by);
		if (!result.decided().isEmpty()) {
			failed(null);
		}
		this.kept.update(result.decided(), result.kept());
		Map<ServiceKey, String> unusable = new TreeMap<>(this.unusable);
		result.decided().forEach(unusable::remove);
		unusable.putAll(round.unusable());
		this.unusable = unusable;
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
	 * Notes which services are served, or were until now, before anything is decided
	 * about them, and in time for a restart.
	 */
	private void noteServed(Set<ServiceKey> services) {
		View view = this.namespace.view();
		Set<ServiceKey> served = new LinkedHashSet<>();
		for (ServiceKey key : List.copyOf(this.servedUntilNow)) {
			this.servedUntilNow.remove(key);
			if (this.scope.isInUse(key)) {
				served.add(key);
			}
		}
		services.stream().filter((key) -> view.served().find(key) != null).forEach(served::add);
		this.guard.served(served);
		try {
			Map<ServiceKey, String> stored = this.archive.guardState().read();
			if (!this.guard.memoryOfServed(stored).equals(stored)) {
				this.archive.guardState().change(this.guard::memoryOfServed);
			}
			this.guard.storedServed();
		}
		catch (IOException | RuntimeException ex) {
			// It is remembered in here, and stored with the next round.
			logger.debug("What guards remember of namespace '{}' cannot be written", this.namespace.name(), ex);
		}
	}

	/**
	 * Brings back a snapshot.
	 * @param id the snapshot
	 * @param exact whether services that it does not have lose their backup
	 * @param newId id for the snapshot that this makes
	 * @param by who asks
	 * @return what came of it
	 * @throws IOException if nothing could be written
	 */
	SnapshotResult restore(String id, boolean exact, String newId, String by) throws IOException {
		SnapshotResult result = this.archive.restore(id, exact, newId, by);
		Snapshot snapshot = result.snapshot();
		if (snapshot == null) {
			return result;
		}
		Set<ServiceKey> changes = changes(snapshot);
		this.guard.restored(changes);
		try {
			this.archive.guardState().change(this.guard::memory);
		}
		catch (IOException ex) {
			// It is remembered in here, and stored with the next round.
			failed(message(ex));
		}
		this.guard.leave(changes.stream().filter((key) -> !this.scope.isAskedForOrListed(key)).toList());
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

	/**
	 * Why the services of a result were left alone, in their order.
	 * @param result the result
	 * @return the reasons
	 */
	static Map<ServiceKey, String> reasons(Result result) {
		Map<ServiceKey, String> reasons = new TreeMap<>(result.kept());
		result.manual()
			.forEach((key) -> reasons.put(key,
					"it was edited by hand; delete it, or take a snapshot by force, to let go of it"));
		result.postponed()
			.forEach((key) -> reasons.put(key, "failover is on for it, or the server does not answer; it is looked at "
					+ "again when that is over"));
		return reasons;
	}

	private void failed(@Nullable String message) {
		this.failure = message;
		this.problemLog.update(message);
	}

	private static String message(Throwable ex) {
		String message = (ex instanceof IOException) ? ex.getMessage() : null;
		return (message != null) ? message : Faults.describe(ex);
	}

}
