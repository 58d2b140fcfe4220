package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.StagedFleet;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.store.UsageLog;
import io.github.nacosfailover.store.Votes;
import io.github.nacosfailover.store.archive.ArchiveLimits;
import io.github.nacosfailover.store.archive.DocumentArchive;
import io.github.nacosfailover.store.archive.DocumentUsageLog;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.WriteBatch;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a namespace that many processes share.
 * <p>
 * {@link #state()} is what was last read, and stays as it is while the engine is gone.
 * What is in use is kept in a {@link LocalCopy}, so a process that starts meanwhile has
 * it too. An engine that has lost documents, or went back to older ones, gets back what
 * this process has of them; it is never taken for a change.
 * <p>
 * One thread per store polls, fetches what is in use, and reports. Another one writes the
 * local copy, so that nothing waits for a disk but the {@code POST} that writes the
 * store.
 */
public final class SharedStore implements FailoverStore, DocumentAccess, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SharedStore.class);

	private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

	private static final Duration RETRY = Duration.ofSeconds(2);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(1);

	private static final long MAX_MILLIS_BEFORE_REPORT = 600;

	private final String name;

	private final Documents documents;

	private final SharedContents contents;

	private final SharedView view;

	private final SharedWrites writes;

	private final SharedSettings settings;

	private final DocumentArchive archive;

	private final DocumentUsageLog usageLog = new DocumentUsageLog(this);

	private final Fleet fleet;

	private final ReentrantLock lock = new ReentrantLock();

	private final Listeners listeners;

	private final ProblemLog problemLog;

	private final WorkSignal attention = new WorkSignal();

	private final CountDownLatch firstLook = new CountDownLatch(1);

	private final Thread thread;

	private final LocalCopyWriter copying;

	private volatile @Nullable String problem;

	/** Why the thread has not done all of its work when it last tried. */
	private volatile @Nullable String failure;

	/** When the engine is to be looked at again; used by the thread alone. */
	private long nextLook = System.nanoTime();

	/**
	 * Opens the store and waits a little for the engine's first answer.
	 * @param name name of the kind of store
	 * @param documents the documents of the namespace, closed with this store
	 * @param failoverDirectory the failover directory of the namespace, for the local
	 * copy
	 * @param settings how to use the store
	 */
	public SharedStore(String name, Documents documents, Path failoverDirectory, SharedSettings settings) {
		this.name = name;
		this.documents = documents;
		this.settings = settings;
		this.contents = new SharedContents(documents,
				new DirectoryCopy(failoverDirectory, name, settings.maxBackupSize()), settings.maxBackupSize(),
				() -> this.problem != null);
		this.view = new SharedView(this.contents, settings.instance());
		this.writes = new SharedWrites(documents, this.view, this.attention::lookSoon);
		this.archive = new DocumentArchive(this,
				new ArchiveLimits(settings.keep(), settings.maxSize(), settings.maxBackupSize()));
		this.fleet = new Fleet(documents, settings);
		this.listeners = new Listeners(logger, documents.location());
		this.problemLog = new ProblemLog(logger, documents.location());
		this.copying = new LocalCopyWriter("nacos-failover-" + name + "-copy", this::keepUsed);
		this.thread = DaemonThreads.create("nacos-failover-" + name, this::run);
		this.thread.start();
		documents.onWrite(this.attention::announced);
		awaitFirstLook();
	}

	private void awaitFirstLook() {
		try {
			this.firstLook.await(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String type() {
		return this.documents.getClass().getName();
	}

	@Override
	public String location() {
		return this.documents.location();
	}

	@Override
	public SourceState state() {
		return this.view.state();
	}

	@Override
	public SnapshotArchive archive() {
		return this.archive;
	}

	@Override
	public UsageLog usageLog() {
		return this.usageLog;
	}

	@Override
	public Votes endVotes() {
		return new SharedVotes(this.fleet, SharedVotes.END, this.attention::wakeUp);
	}

	@Override
	public Votes holdVotes() {
		return new SharedVotes(this.fleet, SharedVotes.HOLDS, this.attention::wakeUp);
	}

	@Override
	public StagedFleet stagedFleet() {
		return new SharedStagedFleet(this.fleet, this.settings.instance(), this.attention::wakeUp);
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		add(problems, location(), this.problem);
		add(problems, location(), this.failure);
		this.documents.problems().forEach((text) -> add(problems, location(), text));
		add(problems, this.contents.copyLocation(), this.copying.problem());
		add(problems, this.contents.copyLocation(), this.contents.problem());
		this.view.backups().forEach((backup) -> add(problems, location() + " " + backup.key(), backup.problem()));
		problems.addAll(this.archive.problems());
		return problems;
	}

	private static void add(List<Problem> problems, String location, @Nullable String message) {
		if (message != null) {
			problems.add(new Problem(location, message));
		}
	}

	@Override
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(Runnable listener) {
		this.listeners.remove(listener);
	}

	@Override
	public void used(ServiceKey key) {
		if (this.view.use(key)) {
			this.attention.wakeUp();
		}
	}

	@Override
	public void writeSwitch(SwitchState state) throws IOException {
		changeSwitch((known) -> state);
	}

	@Override
	public void changeSwitch(UnaryOperator<SwitchState> change) throws IOException {
		commit((index) -> {
			byte[] content = SwitchDocument.write(change.apply(this.view.switchOf(index)));
			WriteBatch draft = new WriteBatch();
			draft.putText(DocumentNames.SWITCH, BackupFormat.digest(content), content);
			draft.obsolete(index, DocumentNames.SWITCH);
			return draft;
		});
		this.attention.wakeUp();
	}

	@Override
	public @Nullable FleetState fleet() {
		if (this.problem != null) {
			// An operator must not wait for an engine that is known not to answer.
			return null;
		}
		DocumentIndex known = index();
		Document found = known.find(DocumentNames.SWITCH);
		return this.fleet.state(known.version(), (found != null) ? found.revision() : 0);
	}

	@Override
	public DocumentIndex index() {
		return this.view.index();
	}

	@Override
	public byte[] read(String hash) throws IOException {
		return this.contents.read(hash);
	}

	@Override
	public void commit(Proposal proposal) throws IOException {
		SourceState before = state();
		this.lock.lock();
		try {
			// Nothing is sent to an engine that does not answer: it might carry it out
			// much later.
			lookBeforeWriting();
			this.writes.attempt(proposal);
			this.problem = null;
		}
		finally {
			this.lock.unlock();
			if (state() != before) {
				this.listeners.dispatch();
			}
		}
		keepUsed();
	}

	private void lookBeforeWriting() throws UnavailableStoreException {
		try {
			this.writes.look();
		}
		catch (IOException ex) {
			throw new UnavailableStoreException(("%s cannot be reached, so nothing is changed: %s; "
					+ "try again, or switch this instance alone with \"scope\": \"local\"")
				.formatted(location(), ex.getMessage()), ex);
		}
	}

	private void run() {
		while (!this.attention.isClosed()) {
			try {
				turn();
				if (!this.attention.isClosed()) {
					rest();
				}
			}
			catch (InterruptedException ex) {
				// Nobody of ours interrupts this thread: an engine has left it so.
				logger.debug("The thread of {} was interrupted and goes on", location(), ex);
			}
		}
	}

	/** Survives whatever the engine, the disk or a listener throws. */
	private void turn() throws InterruptedException {
		try {
			if (this.attention.takeLook(nanosUntilLook() <= 0) || !followAnnounced()) {
				poll();
			}
			this.firstLook.countDown();
			if (!this.attention.isClosed()) {
				this.view.loadUsed();
				this.copying.soon();
				report();
			}
			this.failure = null;
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			fail(ex);
			// No reason to stop looking, but not at once.
			this.attention.rested();
			this.attention.awaitWakeUp(RETRY.toMillis());
		}
	}

	private void fail(Throwable cause) {
		boolean isNew = this.failure == null;
		this.failure = "could not be looked after, which is tried again and again; the log tells more: "
				+ cause.getClass().getName();
		if (isNew) {
			try {
				logger.warn("Failover: {} could not be looked after", location(), cause);
			}
			catch (Throwable ex) {
				// It cannot even be printed; the problem names its class.
			}
		}
	}

	private long nanosUntilLook() {
		return this.nextLook - System.nanoTime();
	}

	private Duration pollInterval() {
		Duration interval = this.settings.pollInterval();
		Duration whenNotified = this.settings.pollIntervalWhenNotified();
		if (whenNotified.compareTo(interval) > 0 && this.documents.isNotifying()) {
			interval = whenNotified;
		}
		return (this.problem != null && RETRY.compareTo(interval) < 0) ? RETRY : interval;
	}

	/**
	 * Follows what the engine has announced, so that it need not be asked.
	 * @return {@code false} if that was not all there was since
	 */
	private boolean followAnnounced() {
		SourceState before = state();
		boolean all = true;
		this.lock.lock();
		try {
			for (Write write : this.attention.takeAnnounced()) {
				all &= this.view.follow(write);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (state() != before) {
			this.listeners.dispatch();
		}
		return all;
	}

	private void poll() {
		boolean changed = false;
		this.lock.lock();
		try {
			changed = this.writes.look();
			this.problem = null;
		}
		catch (IOException | RuntimeException ex) {
			if (this.attention.isClosed()) {
				return;
			}
			this.problem = "does not answer, so the last known switch and backups stay in use: " + ex.getMessage();
		}
		finally {
			this.lock.unlock();
		}
		// Spread, so that processes that were started together do not ask together.
		this.nextLook = System.nanoTime()
				+ (long) (pollInterval().toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1));
		this.problemLog.update((this.problem != null) ? "down" : null, this.problem);
		if (changed) {
			this.listeners.dispatch();
		}
	}

	private void keepUsed() {
		this.contents.keep(this::wanted, this.view::loadedContent);
	}

	private @Nullable DocumentIndex wanted() {
		this.lock.lock();
		try {
			return this.view.wanted();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Reports what this process runs. That it has applied a flip is reported a little
	 * later, each at a time of its own: others are about to apply it.
	 */
	private void report() throws InterruptedException {
		if (this.fleet.hasNews(index().version(), state())) {
			long longest = Math.min(MAX_MILLIS_BEFORE_REPORT, this.settings.reportInterval().toMillis() / 10 + 2);
			if (this.attention.awaitWakeUp(ThreadLocalRandom.current().nextLong(longest / 5, longest))) {
				// First things first: there may be another flip.
				return;
			}
		}
		this.fleet.report(index().version(), state());
	}

	private void rest() throws InterruptedException {
		long nanos = Math.min(nanosUntilLook(), this.fleet.nanosUntilReport());
		this.attention.awaitWakeUp(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
		this.attention.rested();
	}

	/**
	 * Ends the thread. What is under way is broken off if it takes long: nobody waits for
	 * an engine that does not answer.
	 */
	@Override
	public void close() {
		this.attention.close();
		if (join(PATIENCE_AT_CLOSE) && this.problem == null) {
			this.fleet.withdraw();
		}
		this.documents.close();
		join(PATIENCE_AT_CLOSE);
		this.copying.close();
	}

	private boolean join(Duration patience) {
		try {
			this.thread.join(patience.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	@Override
	public String toString() {
		return this.name + " " + location();
	}

}
