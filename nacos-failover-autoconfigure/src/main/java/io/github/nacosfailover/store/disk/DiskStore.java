package io.github.nacosfailover.store.disk;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
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

	private static final int MAX_REFRESHES = 20;

	private static final Duration SWITCH_PATIENCE = Duration.ofSeconds(3);

	private final Path directory;

	private final DiskSwitch diskSwitch;

	private final SwitchLog switchLog;

	private final UsageLog usageLog;

	private final DataFiles dataFiles;

	private final long maxFileSize;

	private final WriteProgress progress;

	private final DiskArchive archive;

	private final ReentrantLock lock = new ReentrantLock();

	private final Listeners listeners;

	private final ProblemLog problemLog;

	private volatile SourceState state = new SourceState(SwitchState.OFF, BackupTable.EMPTY);

	private volatile @Nullable String directoryProblem;

	/** Files to look at when the write that is under way has ended. */
	private final Set<String> heldBack = new HashSet<>();

	private boolean allHeldBack;

	private boolean unpublished;

	private @Nullable FileSignature directorySignature;

	DiskStore(Path directory, long maxFileSize) {
		this(directory, maxFileSize, Retention.DEFAULT);
	}

	DiskStore(Path directory, long maxFileSize, Retention retention) {
		this.directory = directory;
		this.maxFileSize = maxFileSize;
		this.diskSwitch = new DiskSwitch(directory);
		this.switchLog = new DiskSwitchLog(directory);
		this.usageLog = new DiskUsageLog(directory);
		this.dataFiles = new DataFiles(directory, maxFileSize);
		this.listeners = new Listeners(logger, directory.toString());
		this.problemLog = new ProblemLog(logger, directory.toString());
		Generations generations = new Generations(
				directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve("snapshots"));
		this.progress = new WriteProgress(generations);
		this.archive = new DiskArchive(this, generations, retention);
		this.archive.completeLeftWrite();
		this.archive.tellNewest(this.dataFiles);
		scan();
		this.dataFiles.expect(Map.of(), Instant.MIN);
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
		return this.state;
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		if (this.directoryProblem != null) {
			problems.add(new Problem(location(), this.directoryProblem));
		}
		problems.addAll(this.diskSwitch.problems());
		problems.addAll(this.dataFiles.problems());
		return problems;
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
		SourceState before = this.state;
		// Of a directory that has gone the last state counts, not what taking a turn
		// creates, unless another process has written meanwhile.
		boolean readable = Files.isDirectory(this.directory);
		DirectoryLock turn = takeTurn();
		this.lock.lock();
		try {
			SwitchState known = (readable || this.diskSwitch.isThere()) ? currentSwitch() : knownSwitch();
			SwitchState changed = change.apply(known);
			this.diskSwitch.write(changed, known);
			publish(changed, this.state.backups());
		}
		catch (IOException ex) {
			throw new IOException(WriteFailure.explain("The switch", this.directory, ex), ex);
		}
		finally {
			expectOwnChange();
			this.lock.unlock();
			if (turn != null) {
				turn.release();
			}
			if (this.state != before) {
				this.listeners.tell();
			}
		}
	}

	/**
	 * Lets other processes that change the switch go first. They take milliseconds; if
	 * one hangs, the switch is more important than what that one wants.
	 */
	private @Nullable DirectoryLock takeTurn() {
		Path ownDirectory = this.directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		try {
			OwnDirectory.create(this.directory, ownDirectory);
			return DirectoryLock.acquire(ownDirectory, DirectoryLock.SWITCH_FILE, SWITCH_PATIENCE);
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			logger.debug("The switch in {} is written without a lock", this.directory, ex);
			return null;
		}
	}

	/** The switch with what other processes have just written. */
	private SwitchState currentSwitch() {
		publish(this.diskSwitch.look(knownSwitch(), true, Instant.now()), this.state.backups());
		return knownSwitch();
	}

	private SwitchState knownSwitch() {
		return Objects.requireNonNull(this.state.failoverSwitch());
	}

	@Override
	public SnapshotArchive archive() {
		return this.archive;
	}

	DataFileReader reader() {
		return this.dataFiles.reader();
	}

	long maxFileSize() {
		return this.maxFileSize;
	}

	/**
	 * Looks at the files of services again.
	 * @param keys the services
	 * @param names chooses names for those that have no file
	 * @return what there is
	 */
	Map<ServiceKey, FoundBackup> find(Collection<ServiceKey> keys, DataFileNames names) {
		Map<ServiceKey, FoundBackup> found = new HashMap<>();
		boolean changed;
		this.lock.lock();
		try {
			Instant now = Instant.now();
			keys.forEach((key) -> found.put(key, this.dataFiles.find(key, names, now)));
			changed = !this.unpublished && publish(knownSwitch(), this.dataFiles.table(this.state.backups()));
		}
		finally {
			this.lock.unlock();
		}
		if (changed) {
			this.listeners.tell();
		}
		return found;
	}

	/**
	 * What there was for every service when files were last looked at.
	 * @return the backups that are used, by service
	 */
	Map<ServiceKey, FoundBackup> found() {
		this.lock.lock();
		try {
			return this.dataFiles.found();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Names of the data files there were when they were last looked at.
	 * @return the names
	 */
	Set<String> fileNames() {
		this.lock.lock();
		try {
			return new HashSet<>(this.dataFiles.fileNames());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Changes whenever something else is known of any data file.
	 * @return a number
	 */
	long version() {
		this.lock.lock();
		try {
			return this.dataFiles.version();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Shows no data file that changes from here on, until {@link #endWrite}. Whatever the
	 * switch does is seen meanwhile.
	 */
	void beginWrite() {
		this.lock.lock();
		try {
			this.progress.begin();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Shows what was written, all at once.
	 * @param number number of the generation, 0 if nothing was written after all
	 * @param files the files
	 */
	void endWrite(long number, Collection<WrittenFile> files) {
		boolean changed;
		this.lock.lock();
		try {
			Instant now = Instant.now();
			this.progress.end(number);
			files.forEach((file) -> this.dataFiles.written(file, now));
			expectOwnChange();
			changed = publish(knownSwitch(), this.dataFiles.table(this.state.backups()));
		}
		finally {
			this.lock.unlock();
		}
		if (changed) {
			this.listeners.tell();
		}
	}

	/**
	 * Removes the switch file, and the exceptions with it.
	 */
	void removeSwitch() throws IOException {
		this.lock.lock();
		try {
			this.diskSwitch.remove();
			publish(SwitchState.OFF, this.state.backups());
		}
		catch (IOException ex) {
			throw new IOException(WriteFailure.explain("The switch", this.directory, ex), ex);
		}
		finally {
			this.lock.unlock();
		}
		// Even if it was off: that nothing is said here any more is a change.
		this.listeners.tell();
	}

	/**
	 * Moves the data files of backups, and the switch, to where nobody looks.
	 * @param backups the backups; a file that says something else stays
	 * @return the services whose file stays
	 */
	Set<ServiceKey> setAside(Collection<Backup> backups) throws IOException {
		SetAside aside = new SetAside(this.directory);
		Set<ServiceKey> staying = new HashSet<>();
		try {
			Map<ServiceKey, FoundBackup> found = found();
			for (Backup backup : backups) {
				FoundBackup file = found.get(backup.key());
				if (file != null && !file.isMissing()
						&& !aside.moveIfSame(this.directory.resolve(String.valueOf(file.file())), backup)) {
					staying.add(backup.key());
				}
			}
			if (hasSwitchFile()) {
				for (Path file : this.diskSwitch.files()) {
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
		}
	}

	/**
	 * Whether somebody has set the switch here, be it on or off.
	 */
	boolean hasSwitchFile() {
		return this.diskSwitch.hasFile();
	}

	@Override
	public SwitchLog switchLog() {
		return this.switchLog;
	}

	@Override
	public UsageLog usageLog() {
		return this.usageLog;
	}

	/**
	 * That the directory has changed by what was written to it is no reason to list
	 * thousands of files, least of all while queries begin to need them.
	 */
	private void expectOwnChange() {
		FileSignature before = this.directorySignature;
		try {
			FileSignature after = FileSignature.of(this.directory);
			if (before != null && after != null && Objects.equals(before.fileKey(), after.fileKey())) {
				this.directorySignature = after;
			}
		}
		catch (IOException ex) {
			// The next look at it tells.
		}
	}

	/**
	 * Looks at the directory again, all of it.
	 */
	void scan() {
		refresh(null, true);
	}

	/**
	 * Looks at what other processes have written, while none of them can write.
	 * @throws IOException if there is no end to it
	 */
	void refreshFully() throws IOException {
		for (int attempt = 0; attempt < MAX_REFRESHES; attempt++) {
			refresh(null, false);
			this.lock.lock();
			try {
				if (!this.unpublished) {
					return;
				}
			}
			finally {
				this.lock.unlock();
			}
		}
		throw new IOException("what is in the directory keeps changing; see which program writes there");
	}

	/**
	 * Looks at what may have changed.
	 * @param names names of changed files as the file system reported them, {@code null}
	 * if it did not
	 * @param all whether to look at every file
	 */
	void refresh(@Nullable Set<String> names, boolean all) {
		this.lock.lock();
		boolean changed;
		try {
			changed = look((names != null) ? names : Set.of(), all);
		}
		catch (RuntimeException ex) {
			changed = false;
			this.directoryProblem = "cannot be read, its last state stays in use: " + ex;
		}
		finally {
			this.lock.unlock();
		}
		if (changed || all || (names != null && !names.isEmpty()) || isSettling()) {
			// Problems do not come and go while nothing is looked at.
			log();
		}
		if (changed) {
			this.listeners.tell();
		}
	}

	private boolean look(Set<String> names, boolean all) {
		Instant now = Instant.now();
		FileSignature before = this.directorySignature;
		try {
			FileSignature after = FileSignature.of(this.directory);
			if (after == null || after.dangling() || !after.directory()) {
				return lookAtMissingDirectory(after);
			}
			this.directorySignature = after;
			boolean everything = all || (names.isEmpty() && !after.equals(before))
					|| (before != null && !Objects.equals(before.fileKey(), after.fileKey()))
					|| this.directoryProblem != null;
			BackupTable backups = lookAtData(names, everything, now);
			this.directoryProblem = null;
			boolean reported = names.contains(FailoverFileNames.SWITCH);
			return publish(this.diskSwitch.look(knownSwitch(), reported, now), backups);
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			this.directoryProblem = "cannot be read, its last state stays in use: " + ex;
			return false;
		}
	}

	/**
	 * Looks at data files, unless they are being written: a write is shown as a whole, or
	 * not yet.
	 */
	private BackupTable lookAtData(Set<String> names, boolean all, Instant now) throws IOException {
		this.heldBack.addAll(names);
		this.allHeldBack |= all;
		this.unpublished = this.progress.isUnderWay();
		if (this.unpublished) {
			return this.state.backups();
		}
		Set<String> written = this.progress.written(this.allHeldBack);
		if (written != null) {
			this.heldBack.addAll(written);
		}
		this.dataFiles.look(this.heldBack, this.allHeldBack || written == null, now);
		this.heldBack.clear();
		this.allHeldBack = false;
		this.unpublished = !this.progress.isUndisturbed();
		return this.unpublished ? this.state.backups() : this.dataFiles.table(this.state.backups());
	}

	private boolean lookAtMissingDirectory(@Nullable FileSignature found) {
		if (found != null && !found.dangling()) {
			this.directoryProblem = "is not a directory; remove the file, the directory is created when it is needed";
		}
		else {
			this.directoryProblem = (this.directorySignature != null)
					? "is gone, its last switch and backups stay in use; create it again, or switch over HTTP" : null;
		}
		return false;
	}

	private boolean publish(SwitchState failoverSwitch, BackupTable backups) {
		SourceState before = this.state;
		if (backups == before.backups() && failoverSwitch.equals(before.failoverSwitch())) {
			return false;
		}
		this.state = new SourceState(failoverSwitch, backups);
		return true;
	}

	/**
	 * A file that is being written is not worth a line: it may be right in an instant.
	 */
	private void log() {
		if (!isSettling()) {
			this.problemLog.update(summary());
		}
	}

	private @Nullable String summary() {
		List<Problem> problems = problems();
		if (problems.isEmpty()) {
			return null;
		}
		Problem first = problems.get(0);
		String name = first.location().substring(first.location().lastIndexOf(File.separatorChar) + 1);
		String text = "%s: %s".formatted(name, first.message());
		return (problems.size() > 1) ? text + " (and %d more)".formatted(problems.size() - 1) : text;
	}

	/**
	 * Reads some of the files that nobody has asked for, so that faults show and the last
	 * good version is held.
	 * @param budgetNanos how long to go on
	 * @return whether to go on at once
	 */
	boolean verifySome(long budgetNanos) {
		if (!this.dataFiles.isVerificationDue()) {
			return false;
		}
		boolean more = this.dataFiles.verifySome(budgetNanos);
		if (!more) {
			log();
		}
		return more;
	}

	boolean isSettling() {
		return this.diskSwitch.isSettling() || this.unpublished || this.dataFiles.isSettling();
	}

	@Override
	public String toString() {
		return "disk " + this.directory;
	}

}
