package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.Votes;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SwitchLog;
import io.github.nacosfailover.store.UsageLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failover directory of one namespace. There is one store per directory in a JVM,
 * shared by whoever uses it: see {@link DiskStores}.
 * <p>
 * {@link #state()} is what was last good. It changes under a lock, either on the thread
 * of the {@link DirectoryWatch} or in {@link #writeSwitch}; listeners are called after
 * the lock is released.
 */
public final class DiskStore implements FailoverStore {

	private static final Logger logger = LoggerFactory.getLogger(DiskStore.class);

	private static final Duration START_PATIENCE = Duration.ofSeconds(10);

	private static final int MAX_REFRESHES = 20;

	private final Path directory;

	private final SwitchLog switchLog;

	private final UsageLog usageLog;

	private final DiskArchive archive;

	private final Listeners listeners;

	private final StateLock lock;

	private final DirectoryState known;

	private final SwitchWriter switchWriter;

	private final DataFileAccess files;

	private final WriteBack writeBack;

	private final DirectoryProblems problems;

	DiskStore(Path directory, long maxFileSize) {
		this(directory, maxFileSize, Retention.DEFAULT);
	}

	DiskStore(Path directory, long maxFileSize, Retention retention) {
		this.directory = directory;
		this.switchLog = new DiskSwitchLog(directory);
		this.usageLog = new DiskUsageLog(directory);
		this.listeners = new Listeners(logger, directory.toString());
		this.lock = new StateLock(this.listeners::dispatch);
		DirectoryDocuments documents = new DirectoryDocuments(directory, maxFileSize);
		this.writeBack = new WriteBack(this);
		this.known = new DirectoryState(directory, maxFileSize, documents, this.writeBack::disturbed);
		this.switchWriter = new SwitchWriter(directory, this.known, this.lock);
		this.files = new DataFileAccess(this.known, this.lock, maxFileSize);
		this.problems = new DirectoryProblems(directory, this.known, this.writeBack, logger);
		this.archive = new DiskArchive(this, documents, retention);
		hangs(!BoundedReads.runWithin(START_PATIENCE, this::lookForTheFirstTime));
		this.problems.log();
	}

	private void lookForTheFirstTime() {
		this.archive.finishWrite();
		this.archive.expectIn(this.known.dataFiles());
		scan();
		this.known.dataFiles().expect(Map.of(), Instant.MIN);
	}

	@Override
	public String name() {
		return "disk";
	}

	@Override
	public String type() {
		return DiskStore.class.getName();
	}

	@Override
	public String location() {
		return this.directory.toString();
	}

	Path directory() {
		return this.directory;
	}

	@Override
	public SourceState state() {
		return shown().state();
	}

	/**
	 * The state, and whether somebody has set the switch here: both of the same instant.
	 */
	DirectoryState.Shown shown() {
		return this.known.shown();
	}

	@Override
	public @Nullable String writeObstacle() {
		return this.problems.writeObstacle();
	}

	@Override
	public List<Problem> problems() {
		return this.problems.list();
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
	public void writeSwitch(SwitchState state) throws IOException {
		changeSwitch((known) -> state);
	}

	@Override
	public void changeSwitch(UnaryOperator<SwitchState> change) throws IOException {
		requireAnswer();
		this.switchWriter.change(change);
		if (this.known.losses().isAny()) {
			this.writeBack.runNow(SwitchWriter.PATIENCE);
		}
	}

	/** Removes the switch file, and the exceptions with it. */
	void removeSwitch() throws IOException {
		this.switchWriter.remove();
	}

	/**
	 * The data files, for those who write them.
	 * @return the files
	 */
	DataFileAccess files() {
		return this.files;
	}

	/**
	 * Fails if the file system hangs.
	 * @throws IOException if it hangs
	 */
	void requireAnswer() throws IOException {
		if (this.problems.isHanging()) {
			throw new IOException("%s %s".formatted(this.directory, DirectoryProblems.HANGING));
		}
	}

	/**
	 * Fails if the directory has gone, which is not created again.
	 * @throws IOException if it has
	 */
	void requireNotGone() throws IOException {
		requireAnswer();
		if (isGone() && !Files.isDirectory(this.directory)) {
			throw new IOException("the directory is gone; create it again, or switch over HTTP");
		}
	}

	/**
	 * Whether the directory was there, and was not when it was last looked for.
	 */
	boolean isGone() {
		return this.known.isGone();
	}

	/**
	 * Writes again what was lost.
	 * @return what that was, {@code null} if there was nothing
	 * @throws IOException if it cannot be written
	 */
	@Nullable String writeLost() throws IOException {
		requireNotGone();
		String lost = this.known.losses().describe();
		if (this.known.diskSwitch().isLost()) {
			this.switchWriter.writeLost();
		}
		List<LostFile> files = this.files.lost();
		if (!files.isEmpty()) {
			this.archive.writeBack(files);
		}
		this.problems.log();
		return lost;
	}

	@Override
	public SnapshotArchive archive() {
		return this.archive;
	}

	/**
	 * Moves the data files of backups, and the switch, to another directory.
	 * @param backups the backups; a file that says something else stays
	 * @return the services whose file stays
	 */
	Set<ServiceKey> moveMigrated(Collection<Backup> backups) throws IOException {
		MigratedFiles aside = new MigratedFiles(this.directory);
		try {
			Map<ServiceKey, FoundBackup> found = this.files.found();
			this.files.expectLeaving(backups.stream()
				.map((backup) -> found.get(backup.key()))
				.filter((file) -> file != null && file.file() != null)
				.map((file) -> String.valueOf(file.file()))
				.collect(Collectors.toSet()));
			Set<ServiceKey> staying = aside.moveSame(backups, found);
			if (shown().switchFile()) {
				for (Path file : this.known.diskSwitch().files()) {
					aside.copy(file);
				}
				removeSwitch();
			}
			return staying;
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			throw new IOException(WriteFailure.explain("What was copied", this.directory,
					(ex instanceof IOException failure) ? failure : new IOException(ex.toString())), ex);
		}
		finally {
			scan();
			this.files.expectLeaving(Set.of());
		}
	}

	@Override
	public SwitchLog switchLog() {
		return this.switchLog;
	}

	@Override
	public UsageLog usageLog() {
		return this.usageLog;
	}

	@Override
	public Votes endVotes() {
		return new DiskVotes(this.directory);
	}

	/** Looks at all of the directory again. */
	void scan() {
		refresh(null, true);
	}

	/**
	 * Looks at what other processes have written, while none of them can write.
	 * @throws IOException if there is no end to it
	 */
	void refreshFully() throws IOException {
		for (int attempt = 0; attempt < MAX_REFRESHES; attempt++) {
			refresh(null, this.lock.get(this.known::isJustChanged));
			if (!this.lock.get(this.known::isUnpublished)) {
				return;
			}
		}
		throw new IOException("what is in the directory keeps changing; see which program writes there");
	}

	/**
	 * Looks at what may have changed, and reads it.
	 * @param names names of changed files as the file system reported them, {@code null}
	 * if it did not
	 * @param all whether to look at every file
	 */
	void refresh(@Nullable Set<String> names, boolean all) {
		look(names, all);
		readChanged();
	}

	/**
	 * Looks at what may have changed. What has is shown when {@link #readFiles} has read
	 * it.
	 * @param names names of changed files as the file system reported them, {@code null}
	 * if it did not
	 * @param all whether to look at every file
	 */
	void look(@Nullable Set<String> names, boolean all) {
		String obstacle = this.known.writeObstacle();
		boolean settling = this.lock.get(this.known::isSettling);
		boolean reported = names != null && !names.isEmpty();
		boolean changed = this.lock.get(() -> this.known.refresh((names != null) ? names : Set.of(), all));
		if (changed || all || reported || settling || !Objects.equals(obstacle, this.known.writeObstacle())) {
			// Problems change only with a look.
			this.problems.log();
		}
		if (changed) {
			this.lock.dispatch();
		}
	}

	/**
	 * Records that the directory was deleted and created again, which does not show in
	 * what the file system calls it.
	 */
	void replaced() {
		this.lock.run(this.known::away);
	}

	/**
	 * Records whether the file system holds the thread that looks at the directory.
	 * @param hanging whether it does
	 */
	void hangs(boolean hanging) {
		this.problems.hangs(hanging);
	}

	/** Begins to write again what was lost, if there is something and it can be done. */
	void writeLostIfDue() {
		if (this.known.losses().isAny() && !isGone() && this.known.writeObstacle() == null) {
			this.writeBack.beginIfDue();
		}
	}

	/**
	 * Whether files wait for being read.
	 */
	boolean hasFilesToRead() {
		return this.known.dataFiles().hasUnread();
	}

	/**
	 * Reads what has changed, and then files that nobody has asked for, so that faults
	 * show and the last good version is held.
	 * @param budgetNanos how long to go on before another look at what has changed
	 */
	void readFiles(long budgetNanos) {
		do {
			readChanged();
		}
		while (verifySome(budgetNanos));
	}

	/** Reads what has changed, and shows it. */
	private void readChanged() {
		for (int attempt = 0; attempt < MAX_REFRESHES && this.known.dataFiles().changed().isAny(); attempt++) {
			look(this.known.dataFiles().changed().read(), false);
		}
	}

	boolean verifySome(long budgetNanos) {
		if (!this.known.dataFiles().unverified().isDue()) {
			return false;
		}
		boolean more = this.known.dataFiles().unverified().readSome(budgetNanos);
		if (!more) {
			this.problems.log();
		}
		return more;
	}

	boolean isSettling() {
		return this.known.isSettling();
	}

	void close() {
		this.writeBack.close();
		this.archive.close();
	}

	@Override
	public String toString() {
		return "disk " + this.directory;
	}

}
