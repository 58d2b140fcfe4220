package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.Problem;
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
import io.github.nacosfailover.store.document.WriteBatch;
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

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(1);

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

	private final WorkSignal signal = new WorkSignal();

	private final EngineHealth health;

	private final EngineFollower follower;

	private final LocalCopyWriter copyWriter;

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
		this.health = new EngineHealth(logger, documents.location());
		this.contents = new SharedContents(documents, new LocalCopy(failoverDirectory, name, settings.maxBackupSize()),
				settings.maxBackupSize(), this.health::isDown);
		this.view = new SharedView(this.contents, settings.instance());
		this.writes = new SharedWrites(documents, this.view, this.signal::lookSoon);
		this.archive = new DocumentArchive(this,
				new ArchiveLimits(settings.keep(), settings.maxSize(), settings.maxBackupSize()));
		this.fleet = new Fleet(documents, settings);
		this.listeners = new Listeners(logger, documents.location());
		this.copyWriter = new LocalCopyWriter("nacos-failover-" + name + "-copy", this::keepUsed);
		this.follower = new EngineFollower(name, documents, this.view, this.writes, this.settings, this.fleet,
				this.signal, this.lock, this.listeners, this.health, this.copyWriter);
		this.follower.start();
		documents.onWrite(this.signal::announced);
		this.follower.awaitFirstLook();
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
		return new SharedVotes(this.fleet, SharedVotes.END, this.signal::wakeUp);
	}

	@Override
	public Votes holdVotes() {
		return new SharedVotes(this.fleet, SharedVotes.HOLDS, this.signal::wakeUp);
	}

	@Override
	public StagedFleet stagedFleet() {
		return new SharedStagedFleet(this.fleet, this.settings.instance(), this.signal::wakeUp);
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = this.health.problems();
		this.documents.problems().forEach((text) -> add(problems, location(), text));
		add(problems, this.contents.copyLocation(), this.copyWriter.problem());
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
			this.signal.wakeUp();
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
			WriteBatch batch = new WriteBatch();
			batch.putText(DocumentNames.SWITCH, BackupFormat.digest(content), content);
			batch.obsolete(index, DocumentNames.SWITCH);
			return batch;
		});
		this.signal.wakeUp();
	}

	@Override
	public @Nullable FleetState fleet() {
		if (this.health.isDown()) {
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
			this.health.answered();
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
	 * Ends the thread. What is under way is broken off if it takes long: nobody waits for
	 * an engine that does not answer.
	 */
	@Override
	public void close() {
		this.signal.close();
		if (this.follower.join(PATIENCE_AT_CLOSE) && !this.health.isDown()) {
			this.fleet.withdraw();
		}
		this.documents.close();
		this.follower.join(PATIENCE_AT_CLOSE);
		this.copyWriter.close();
	}

	@Override
	public String toString() {
		return this.name + " " + location();
	}

}
