package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotCopy;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.archive.ArchiveLimits;
import io.github.nacosfailover.store.archive.DocumentArchive;
import io.github.nacosfailover.store.archive.SnapshotManifest;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of a failover directory: snapshots are documents, and the backups of the
 * last one are the data files of the directory itself.
 * <p>
 * Several processes may share the directory. A snapshot has all backups there are when it
 * is made, whoever wrote them.
 */
final class DiskArchive implements SnapshotArchive {

	private static final Logger logger = LoggerFactory.getLogger(DiskArchive.class);

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Duration PATIENCE_AT_START = Duration.ofSeconds(2);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

	private final DiskStore store;

	private final DirectoryDocuments documents;

	private final DocumentArchive archive;

	private final Path ownDirectory;

	private final Path work;

	private final Projection projection;

	private final GuardState guardState;

	private final GuardState holds;

	private volatile @Nullable Ownership ownership;

	private volatile @Nullable Thread settling;

	DiskArchive(DiskStore store, DirectoryDocuments documents, Retention retention) {
		this.store = store;
		this.documents = documents;
		this.archive = new DocumentArchive(documents,
				new ArchiveLimits(retention.snapshots(), retention.maxBytes(), store.files().maxFileSize()));
		this.ownDirectory = store.directory().resolve(FailoverFileNames.OWN_DIRECTORY);
		this.work = this.ownDirectory.resolve("work");
		this.guardState = new ExistingDirectoryGuardState("The state of the guard", this.archive.guardState());
		this.holds = new ExistingDirectoryGuardState("The holds of the detector", this.archive.holds());
		this.projection = new Projection(store.directory(), documents, this.work);
	}

	@Override
	public Map<ServiceKey, SavedBackup> saved() throws IOException {
		return ownership().saved();
	}

	@Override
	public Set<ServiceKey> manual() throws IOException {
		return ownership().manual();
	}

	@Override
	public Map<ServiceKey, String> unreadable() throws IOException {
		return ownership().unreadable();
	}

	private Ownership ownership() throws IOException {
		this.store.requireAnswer();
		finishWrite(Duration.ZERO);
		this.store.refresh(null, false);
		try {
			Ownership known = this.ownership;
			ArchivedBackups archived = this.store.isGone() ? this.documents.lastKnownBackups()
					: this.documents.backups();
			boolean underWay = !this.store.isGone() && !this.documents.isApplied();
			long version = this.store.files().version();
			if (known == null || underWay || !known.isOf(version, archived)) {
				known = Ownership.of(this.store.files().found(), this.store.files().lost(), version, archived,
						underWay ? DataFileLog.steps(this.documents.index(), this.documents) : List.of());
				this.ownership = underWay ? null : known;
			}
			return known;
		}
		catch (IOException ex) {
			throw new IOException(
					"Snapshots in %s cannot be read: %s".formatted(this.documents.location(), WriteFailure.explain(ex)),
					ex);
		}
	}

	@Override
	public SnapshotResult write(SnapshotChange change) throws IOException {
		return exclusively(() -> newWrite(change.by()).write(change));
	}

	@Override
	public Map<ServiceKey, SavedBackup> services(String id) throws IOException {
		return this.archive.services(id);
	}

	@Override
	public SnapshotResult restore(String id, @Nullable Set<ServiceKey> services, boolean exact, String newId, String by)
			throws IOException {
		return exclusively(() -> {
			SnapshotManifest wanted = this.archive.manifest(this.documents.index(), id).only(services);
			return newWrite(by).restore(wanted, exact, newId);
		});
	}

	/**
	 * Write data files again that were lost.
	 * @param lost the files
	 * @throws IOException if they cannot be written
	 */
	void writeBack(Collection<LostFile> lost) throws IOException {
		exclusively(() -> newWrite("write-back").writeBack(lost, TIME.format(Instant.now()) + "-lost"));
	}

	private ArchiveWrite newWrite(String by) throws IOException {
		return new ArchiveWrite(this.store, this.documents, this.archive, this.work, by);
	}

	@Override
	public Snapshot pin(String id, boolean pinned) throws IOException {
		return exclusively(() -> this.archive.pin(id, pinned));
	}

	@Override
	public void delete(String id) throws IOException {
		exclusively(() -> {
			this.archive.delete(id);
			return id;
		});
	}

	@Override
	public List<Snapshot> snapshots() throws IOException {
		finishWrite(Duration.ZERO);
		try {
			return this.archive.snapshots();
		}
		catch (IOException ex) {
			throw new IOException("Snapshots in %s cannot be listed: %s".formatted(this.documents.location(),
					WriteFailure.explain(ex)), ex);
		}
	}

	@Override
	public List<SnapshotCopy> copies() throws IOException {
		finishWrite(Duration.ZERO);
		return this.archive.copies();
	}

	@Override
	public Map<String, String> takeOver(List<SnapshotCopy> copies) throws IOException {
		return exclusively(() -> this.archive.takeOver(copies));
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>(this.documents.problems());
		problems.addAll(this.archive.problems());
		return problems;
	}

	@Override
	public GuardState guardState() {
		return this.guardState;
	}

	@Override
	public GuardState holds() {
		return this.holds;
	}

	/**
	 * Set the expected content of data files, so that they need not be parsed at start.
	 */
	void expectIn(DataFiles dataFiles) {
		try {
			if (this.documents.isApplied()) {
				dataFiles.expect(this.documents.backups().backups(), this.documents.applied().read().moved());
			}
		}
		catch (IOException ex) {
			logger.debug("What files had last is not known in {}", this.ownDirectory, ex);
		}
	}

	/** Roll forward what a killed process has left, before anything is read at start. */
	void finishWrite() {
		finishWrite(PATIENCE_AT_START);
	}

	private void finishWrite(Duration patience) {
		try {
			if (this.documents.isFinished(patience.isZero())) {
				return;
			}
			DirectoryLock lock = DirectoryLock.acquire(this.ownDirectory, patience);
			try {
				createDirectories();
				deleteTemporaryFiles();
				this.projection.finish(false);
			}
			finally {
				settleLater();
				lock.release();
			}
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			// Another process is writing, or the directory is not writable: the current
			// state stays in use.
			logger.debug("The write that is under way in {} was not finished", this.ownDirectory, ex);
		}
	}

	private void deleteTemporaryFiles() throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.work)) {
			for (Path file : files) {
				Files.deleteIfExists(file);
			}
		}
	}

	private void createDirectories() throws IOException {
		this.store.requireAnswer();
		OwnDirectory.create(this.store.directory(), this.ownDirectory);
		OwnDirectory.createBelow(this.ownDirectory, this.work);
		OwnDirectory.createBelow(this.ownDirectory, this.store.directory().resolve(DataFileNames.LONG));
	}

	private <T> T exclusively(Action<T> action) throws IOException {
		try {
			createDirectories();
			DirectoryLock lock = DirectoryLock.acquire(this.ownDirectory, PATIENCE);
			try {
				deleteTemporaryFiles();
				this.projection.finish(true);
				return action.run();
			}
			finally {
				cleanUp();
				settleLater();
				lock.release();
			}
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			throw failed("A snapshot", ex);
		}
	}

	/**
	 * Force data files to the disk asynchronously. A power loss before that requires a
	 * complete comparison with the documents, but loses no content.
	 */
	private void settleLater() {
		try {
			if (!this.documents.isFinished(false)) {
				long write = DataFileLog.lastWrite(this.documents.index());
				Thread thread = DaemonThreads.create("nacos-failover-sync", () -> settle(write));
				this.settling = thread;
				thread.start();
			}
		}
		catch (IOException ex) {
			logger.debug("Data files in {} were not forced", this.store.directory(), ex);
		}
	}

	/** Wait a moment for data files to be forced to the disk. */
	void close() {
		Thread thread = this.settling;
		if (thread != null) {
			try {
				thread.join(PATIENCE_AT_CLOSE.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void settle(long write) {
		try {
			DirectoryLock lock = DirectoryLock.acquire(this.ownDirectory, PATIENCE);
			try {
				this.projection.settle(write);
			}
			finally {
				lock.release();
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			// The next write, or the next start, does it.
			logger.debug("Data files in {} were not forced", this.store.directory(), ex);
		}
	}

	/** Delete temporary files of a failed write, which would keep a full disk full. */
	private void cleanUp() {
		boolean interrupted = Thread.interrupted();
		try {
			deleteTemporaryFiles();
		}
		catch (IOException ex) {
			logger.debug("Temporary files in {} were not deleted", this.work, ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private IOException failed(String what, Exception ex) {
		String message = WriteFailure.explain(what, this.store.directory(),
				(ex instanceof IOException failure) ? failure : new IOException(ex.toString()));
		return new IOException(message, ex);
	}

	/**
	 * Recording guard state does not create a directory that has gone.
	 */
	private final class ExistingDirectoryGuardState implements GuardState {

		private final String what;

		private final GuardState state;

		ExistingDirectoryGuardState(String what, GuardState state) {
			this.what = what;
			this.state = state;
		}

		@Override
		public Map<ServiceKey, String> read() {
			return this.state.read();
		}

		@Override
		public void change(UnaryOperator<Map<ServiceKey, String>> change) throws IOException {
			try {
				DiskArchive.this.store.requireNotGone();
				OwnDirectory.create(DiskArchive.this.store.directory(), DiskArchive.this.ownDirectory);
				this.state.change(change);
			}
			catch (IOException | ReadOnlyFileSystemException ex) {
				throw failed(this.what, ex);
			}
		}

		@Override
		public Object version() {
			return this.state.version();
		}

	}

	/** What to do while nobody else writes. */
	private interface Action<T> {

		T run() throws IOException;

	}

}
