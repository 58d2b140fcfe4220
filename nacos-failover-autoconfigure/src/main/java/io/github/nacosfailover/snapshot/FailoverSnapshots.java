package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotList.ManualBackup;
import io.github.nacosfailover.report.SnapshotList.SnapshotStatus;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.MigrationDirection;
import io.github.nacosfailover.snapshot.SnapshotRound.Result;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.thread.Faults;
import io.github.nacosfailover.thread.RepeatedTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of an engine: those that come by themselves, on a thread of their own,
 * and those that somebody asks for, on the caller's. One is made after the other.
 */
public final class FailoverSnapshots implements NacosFailoverSnapshots, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FailoverSnapshots.class);

	/** Between two questions to the server that nobody waits for. */
	private static final Duration QUESTION_PAUSE = Duration.ofMillis(5);

	/** Namespaces come without a word, and only matter if all of their services do. */
	private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private final FailoverEngine engine;

	private final SnapshotSettings settings;

	private final Consumer<Object> events;

	private final Map<FailoverNamespace, NamespaceSnapshots> byNamespace = new ConcurrentHashMap<>();

	private final ReentrantLock rounds = new ReentrantLock();

	private final Hints hints = new Hints();

	private final Faults faults = new Faults(logger, "snapshots");

	private final RepeatedTask repeated = new RepeatedTask("nacos-failover-snapshots", this.faults, this::runRounds);

	private final RateLimiter pace = new RateLimiter(QUESTION_PAUSE,
			() -> this.closed || this.rounds.hasQueuedThreads());

	private volatile boolean closed;

	/**
	 * Creates the snapshots of an engine and begins to take them, if that is enabled.
	 * @param engine the engine
	 * @param settings how to take them
	 * @param events is told of snapshots that were taken or brought back and of backups
	 * that are held
	 */
	public FailoverSnapshots(FailoverEngine engine, SnapshotSettings settings, Consumer<Object> events) {
		this.engine = engine;
		this.settings = settings;
		this.events = events;
		if (settings.enabled()) {
			engine.addListener(this.hints);
			this.repeated.start();
		}
	}

	/** Does what is due in all namespaces. What fails in one does not keep the others. */
	private long runRounds() {
		// Who disputes what another sees has to be quicker than that settles.
		long pause = Math.min(LONGEST_PAUSE_NANOS, this.settings.watchPause().toNanos());
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			NamespaceSnapshots snapshots = namespace.faults().ask("snapshots", () -> runIfDue(namespace));
			pause = Math.min(pause, (snapshots != null) ? snapshots.pause() : pause);
		}
		return pause;
	}

	private @Nullable NamespaceSnapshots runIfDue(FailoverNamespace namespace) {
		NamespaceSnapshots snapshots = of(namespace);
		if (snapshots != null && (snapshots.pause() == 0 || snapshots.haveOthersNoted())) {
			runDue(snapshots);
		}
		return snapshots;
	}

	private void runDue(NamespaceSnapshots snapshots) {
		this.rounds.lock();
		try {
			if (!this.closed) {
				snapshots.noteOthers();
				snapshots.runDue(SnapshotId.next(), this.pace);
			}
		}
		finally {
			this.rounds.unlock();
		}
	}

	/** Those of namespaces whose store keeps snapshots. */
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
		List<List<SnapshotStatus>> snapshots = new ArrayList<>();
		List<KeptBackup> kept = new ArrayList<>();
		List<ManualBackup> manual = new ArrayList<>();
		for (NamespaceSnapshots namespace : all(this.engine.namespaces())) {
			String name = namespace.namespace().name();
			namespace.kept().forEach((key, reason) -> kept.add(new KeptBackup(name, key.toString(), reason)));
			try {
				Map<ServiceKey, String> unreadable = namespace.archive().unreadable();
				unreadable.forEach((key, reason) -> {
					if (!namespace.kept().containsKey(key)) {
						kept.add(new KeptBackup(name, key.toString(), reason));
					}
				});
				namespace.archive()
					.manual()
					.stream()
					.filter((key) -> !unreadable.containsKey(key))
					.forEach((key) -> manual.add(new ManualBackup(name, key.toString())));
				snapshots
					.add(namespace.archive().snapshots().stream().map((snapshot) -> describe(name, snapshot)).toList());
			}
			catch (IOException ex) {
				Failures failures = new Failures();
				failures.add(namespace, ex);
				failures.refuseIfAny();
			}
		}
		return new SnapshotList(newestFirst(snapshots), kept, manual);
	}

	/**
	 * Joins lists that are in order each. Theirs is kept, though a clock may have been
	 * set back.
	 */
	private static List<SnapshotStatus> newestFirst(List<List<SnapshotStatus>> lists) {
		int[] next = new int[lists.size()];
		List<SnapshotStatus> joined = new ArrayList<>();
		while (true) {
			int newest = -1;
			for (int i = 0; i < next.length; i++) {
				if (next[i] < lists.get(i).size() && (newest < 0
						|| lists.get(i).get(next[i]).at().isAfter(lists.get(newest).get(next[newest]).at()))) {
					newest = i;
				}
			}
			if (newest < 0) {
				return joined;
			}
			joined.add(lists.get(newest).get(next[newest]++));
		}
	}

	private static SnapshotStatus describe(String namespace, Snapshot snapshot) {
		return new SnapshotStatus(snapshot.id(), namespace, snapshot.at(), snapshot.services(), snapshot.instances(),
				snapshot.by(), snapshot.pinned(), names(snapshot.added()), names(snapshot.changed()),
				names(snapshot.removed()));
	}

	private static List<String> names(Collection<ServiceKey> keys) {
		return keys.stream().map(ServiceKey::toString).sorted().toList();
	}

	@Override
	public SnapshotOutcome take(@Nullable String namespace, boolean force, String by, SwitchOrigin origin) {
		this.rounds.lock();
		try {
			Collection<FailoverNamespace> targets = this.engine.namespaces(namespace);
			refuseWhereImpossible(targets);
			Outcome outcome = new Outcome();
			Failures failures = new Failures();
			RateLimiter pace = new RateLimiter(Duration.ZERO, () -> true);
			for (NamespaceSnapshots target : all(targets)) {
				try {
					Result result = target.take(outcome.id, force, by, pace);
					if (result.decided().isEmpty() && !result.postponed().isEmpty()) {
						failures.reasons.add(
								"namespace '%s': the server does not answer, so there is nothing to take; try again when it does"
									.formatted(target.namespace().name()));
					}
					if (force) {
						this.engine.recordBackups(target.namespace(), SwitchAction.SNAPSHOT, by, origin, "by force: "
								+ ((result.snapshot() != null) ? result.snapshot().id() : "nothing was different"));
					}
					outcome.add(target, result.snapshot(), NamespaceSnapshots.reasons(result));
				}
				catch (IOException ex) {
					failures.add(target, ex);
				}
			}
			failures.refuseIfAny();
			return outcome.get();
		}
		finally {
			this.rounds.unlock();
			this.repeated.wake();
		}
	}

	private void refuseWhereImpossible(Collection<FailoverNamespace> targets) {
		List<String> reasons = new ArrayList<>();
		if (targets.isEmpty()) {
			reasons.add("No Nacos naming client has been created in this application yet, so there is nothing to take "
					+ "a snapshot of");
		}
		for (FailoverNamespace target : targets) {
			if (of(target) == null) {
				reasons.add("namespace '%s': its store '%s' keeps no snapshots".formatted(target.name(),
						target.store().name()));
			}
			else if ("DOWN".equals(target.serverStatus())) {
				reasons.add(
						"namespace '%s': the server is down, so there is nothing to compare the backups with; they stay as they are"
							.formatted(target.name()));
			}
			else if (target.view().isOn()) {
				reasons.add(
						"namespace '%s': failover is on, and backups that are served are not replaced; switch it off before"
							.formatted(target.name()));
			}
		}
		refuseIfAny(reasons);
	}

	private static void refuseIfAny(List<String> reasons) {
		if (!reasons.isEmpty()) {
			throw new FailoverRefusedException(reasons);
		}
	}

	@Override
	public SnapshotOutcome restore(String id, @Nullable String namespace, boolean exact, String by,
			SwitchOrigin origin) {
		this.rounds.lock();
		try {
			Outcome outcome = new Outcome();
			List<FailoverNamespace> changed = new ArrayList<>();
			forEachThatHas(id, namespace, (target) -> {
				SnapshotResult result = target.restore(id, exact, outcome.id, by);
				changed.add(target.namespace());
				this.engine.recordBackups(target.namespace(), SwitchAction.RESTORE, by, origin, "%s%s, %s".formatted(id,
						exact ? " exactly" : "",
						(result.snapshot() != null) ? "now " + result.snapshot().id() : "nothing was different"));
				outcome.add(target, result.snapshot(), result.kept());
			});
			this.engine.awaitApplied(changed);
			return outcome.get();
		}
		finally {
			this.rounds.unlock();
			this.repeated.wake();
		}
	}

	@Override
	public SnapshotList pin(String id, @Nullable String namespace, boolean pinned) {
		this.rounds.lock();
		try {
			forEachThatHas(id, namespace, (target) -> target.archive().pin(id, pinned));
		}
		finally {
			this.rounds.unlock();
		}
		return list();
	}

	@Override
	public void delete(String id, @Nullable String namespace) {
		this.rounds.lock();
		try {
			forEachThatHas(id, namespace, (target) -> target.archive().delete(id));
		}
		finally {
			this.rounds.unlock();
		}
	}

	@Override
	public SnapshotOutcome copy(MigrationDirection direction, @Nullable String namespace, String by,
			SwitchOrigin origin) {
		this.rounds.lock();
		try {
			Collection<FailoverNamespace> targets = this.engine.namespaces(namespace);
			refuseWhereThereIsNothingToCopy(targets, direction);
			Outcome outcome = new Outcome();
			Failures failures = new Failures();
			for (NamespaceSnapshots target : all(targets)) {
				try {
					SnapshotResult result = StoreMigration.copy(target.namespace(), direction, outcome.id, by);
					outcome.add(target, result.snapshot(), result.kept());
					this.engine.recordBackups(target.namespace(), SwitchAction.COPY, by, origin,
							(direction == MigrationDirection.TO_STORE) ? "to the store" : "to the disk");
					logger.info("Failover of namespace '{}': copied {} by {}", target.namespace().name(),
							(direction == MigrationDirection.TO_STORE) ? "to the store" : "to the disk", by);
				}
				catch (IOException ex) {
					failures.add(target, ex);
				}
			}
			this.engine.awaitApplied(targets);
			failures.refuseIfAny();
			return outcome.get();
		}
		finally {
			this.rounds.unlock();
			this.repeated.wake();
		}
	}

	private static void refuseWhereThereIsNothingToCopy(Collection<FailoverNamespace> targets,
			MigrationDirection direction) {
		List<String> reasons = new ArrayList<>();
		if (targets.isEmpty()) {
			reasons.add("No Nacos naming client has been created in this application yet, so there is nothing to copy");
		}
		for (FailoverNamespace target : targets) {
			String reason = StoreMigration.whyImpossible(target, direction);
			if (reason != null) {
				reasons.add("namespace '%s': %s".formatted(target.name(), reason));
			}
		}
		refuseIfAny(reasons);
	}

	private void forEachThatHas(String id, @Nullable String namespace, Operation operation) {
		Failures failures = new Failures();
		boolean found = false;
		for (NamespaceSnapshots target : all(this.engine.namespaces(namespace))) {
			try {
				if (target.archive().snapshots().stream().anyMatch((snapshot) -> snapshot.id().equals(id))) {
					found = true;
					operation.run(target);
				}
			}
			catch (IOException ex) {
				failures.add(target, ex);
			}
		}
		failures.refuseIfAny();
		if (!found) {
			throw new UnknownSnapshotException(id);
		}
	}

	/**
	 * Stops taking snapshots. One that is under way is finished.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.engine.removeListener(this.hints);
		// Not interrupted: that would break off a write.
		this.repeated.end();
		this.repeated.awaitEnd(CLOSE_TIMEOUT);
	}

	/** Something done with the snapshots of a namespace. */
	private interface Operation {

		void run(NamespaceSnapshots target) throws IOException;

	}

	/** What has failed of an operation on several namespaces. */
	private static final class Failures {

		private final List<String> reasons = new ArrayList<>();

		private boolean unavailable;

		void add(NamespaceSnapshots target, IOException ex) {
			this.unavailable |= ex instanceof UnavailableStoreException;
			this.reasons.add("namespace '%s': %s".formatted(target.namespace().name(), ex.getMessage()));
		}

		void refuseIfAny() {
			if (this.unavailable) {
				throw new FailoverUnavailableException(this.reasons);
			}
			FailoverSnapshots.refuseIfAny(this.reasons);
		}

	}

	/** What comes of an operation on several namespaces. */
	private static final class Outcome {

		private final String id = SnapshotId.next();

		private @Nullable String newest;

		private boolean changed;

		private int services;

		private int instances;

		private final List<KeptBackup> kept = new ArrayList<>();

		void add(NamespaceSnapshots target, @Nullable Snapshot written, Map<ServiceKey, String> kept)
				throws IOException {
			Snapshot now = (written != null) ? written : target.archive().snapshots().stream().findFirst().orElse(null);
			if (now != null) {
				this.newest = (this.newest == null || written != null) ? now.id() : this.newest;
				this.services += now.services();
				this.instances += now.instances();
			}
			this.changed |= written != null;
			new TreeMap<>(kept).forEach(
					(key, reason) -> this.kept.add(new KeptBackup(target.namespace().name(), key.toString(), reason)));
		}

		SnapshotOutcome get() {
			return new SnapshotOutcome(this.newest, this.changed, this.services, this.instances,
					List.copyOf(this.kept));
		}

	}

	/** Gathers hints: called by queries, so it only takes note. */
	private final class Hints implements FailoverListener {

		@Override
		public void viewChanged(FailoverNamespace namespace, View before, View after) {
			NamespaceSnapshots snapshots = FailoverSnapshots.this.byNamespace.get(namespace);
			if (snapshots != null
					&& (before.served() != after.served() || before.backups().size() > after.backups().size())) {
				snapshots.servedChanged(before.served()
					.all()
					.stream()
					.map(BackupRef::key)
					.filter((key) -> after.served().find(key) == null)
					.toList());
				FailoverSnapshots.this.repeated.wake();
			}
		}

		@Override
		public void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
			NamespaceSnapshots snapshots = FailoverSnapshots.this.byNamespace.get(namespace);
			// Those of a new namespace look for what is used already when they are made,
			// by the thread, since a query is not to wait for that.
			if (snapshots == null || snapshots.hint(key, false)) {
				FailoverSnapshots.this.repeated.wake();
			}
		}

		@Override
		public void liveChanged(FailoverNamespace namespace, ServiceKey key) {
			NamespaceSnapshots snapshots = of(namespace);
			if (snapshots != null && snapshots.hint(key, true)) {
				FailoverSnapshots.this.repeated.wake();
			}
		}

	}

}
