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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
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

	private static final String HANGING = "does not answer; see whether the mount of its file system hangs";

	private static final String LOST = "the directory was emptied or is another one than before, and does not have %s; "
			+ "the last state stays in use and is written there again; ";

	private static final String IF_WANTED = "if it was meant to go, set the switch to off first, and then delete the "
			+ "data files";

	private static final Duration START_PATIENCE = Duration.ofSeconds(10);

	private static final int MAX_REFRESHES = 20;

	private static final Duration SWITCH_PATIENCE = Duration.ofSeconds(3);

	private final Path directory;

	private final SwitchLog switchLog;

	private final UsageLog usageLog;

	private final long maxFileSize;

	private final DiskArchive archive;

	private final ReentrantLock lock = new ReentrantLock();

	private final Listeners listeners;

	private final ProblemLog problemLog;

	private final DirectoryState known;

	private final WriteBack writeBack;

	/** Whether the file system holds the thread that looks at the directory. */
	private volatile boolean hanging;

	DiskStore(Path directory, long maxFileSize) {
		this(directory, maxFileSize, Retention.DEFAULT);
	}

	DiskStore(Path directory, long maxFileSize, Retention retention) {
		this.directory = directory;
		this.maxFileSize = maxFileSize;
		this.switchLog = new DiskSwitchLog(directory);
		this.usageLog = new DiskUsageLog(directory);
		this.listeners = new Listeners(logger, directory.toString());
		this.problemLog = new ProblemLog(logger, directory.toString());
		DirectoryDocuments documents = new DirectoryDocuments(directory, maxFileSize);
		this.writeBack = new WriteBack(this);
		this.known = new DirectoryState(directory, maxFileSize, documents, this.writeBack::disturbed);
		this.archive = new DiskArchive(this, documents, retention);
		this.hanging = !BoundedReads.runWithin(START_PATIENCE, this::lookForTheFirstTime);
		log();
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
		return this.hanging ? HANGING : this.known.writeObstacle();
	}

	@Override
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		String problem = directoryProblem();
		if (problem != null) {
			problems.add(new Problem(location(), problem));
		}
		problems.addAll(this.known.diskSwitch().problems());
		problems.addAll(this.known.dataFiles().problems());
		return problems;
	}

	private @Nullable String directoryProblem() {
		if (this.hanging) {
			return HANGING + "; its last state stays in use";
		}
		String problem = this.known.problem();
		if (problem != null) {
			return problem;
		}
		String obstacle = this.known.writeObstacle();
		String lost = this.known.losses().describe();
		if (lost == null) {
			return obstacle;
		}
		String failure = (obstacle != null) ? obstacle : this.writeBack.failure();
		return LOST.formatted(lost) + ((failure != null) ? "that cannot be done now: " + failure : IF_WANTED);
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
		DirectoryState.Shown before = shown();
		boolean missing = !Files.isDirectory(this.directory);
		if (missing) {
			// What is refused is no reason to create the directory.
			change.apply(this.known.knownSwitch());
		}
		DirectoryLock turn = takeTurn();
		lockInTime();
		try {
			if (missing) {
				this.known.away();
			}
			this.known.look(Set.of(FailoverFileNames.SWITCH), false, true);
			SwitchState known = this.known.knownSwitch();
			SwitchState changed = change.apply(known);
			this.known.diskSwitch().write(changed, known);
			this.known.publish(changed);
		}
		catch (IOException ex) {
			throw new IOException(WriteFailure.explain("The switch", this.directory, ex), ex);
		}
		finally {
			this.known.expectOwnChange();
			this.lock.unlock();
			if (turn != null) {
				turn.release();
			}
			if (shown() != before) {
				this.listeners.dispatch();
			}
		}
		if (this.known.losses().isAny()) {
			this.writeBack.runNow(SWITCH_PATIENCE);
		}
	}

	private void lockInTime() throws IOException {
		try {
			if (!this.lock.tryLock(SWITCH_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
				throw new IOException(
						"The switch in %s cannot be written: the directory %s".formatted(this.directory, HANGING));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted while waiting for a look at " + this.directory, ex);
		}
	}

	/**
	 * Refuses what would wait for a file system that hangs.
	 * @throws IOException if it hangs
	 */
	void requireAnswer() throws IOException {
		if (this.hanging) {
			throw new IOException("%s %s".formatted(this.directory, HANGING));
		}
	}

	/**
	 * Refuses to create a directory that has gone.
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
	 * What is gone without having been deleted.
	 * @return the data files
	 */
	List<LostFile> lost() {
		return this.known.dataFiles().missing().lost();
	}

	void letGo(List<LostFile> files) {
		this.lock.lock();
		try {
			this.known.dataFiles().letGo(files);
		}
		finally {
			this.lock.unlock();
		}
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
			writeLostSwitch();
		}
		List<LostFile> files = this.known.dataFiles().missing().lost();
		if (!files.isEmpty()) {
			this.archive.writeBack(files);
		}
		log();
		return lost;
	}

	private void writeLostSwitch() throws IOException {
		Path ownDirectory = this.directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		OwnDirectory.createWithin(this.directory, ownDirectory);
		DirectoryState.Shown before = shown();
		DirectoryLock turn = DirectoryLock.acquire(ownDirectory, DirectoryLock.SWITCH_FILE, SWITCH_PATIENCE);
		this.lock.lock();
		try {
			this.known.look(Set.of(FailoverFileNames.SWITCH), false, false);
			if (this.known.diskSwitch().isLost() && !isGone()) {
				this.known.publish(this.known.diskSwitch().writeBack(this.known.knownSwitch()));
			}
		}
		finally {
			this.known.expectOwnChange();
			this.lock.unlock();
			turn.release();
			if (shown() != before) {
				this.listeners.dispatch();
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

	@Override
	public SnapshotArchive archive() {
		return this.archive;
	}

	DataFileReader reader() {
		return this.known.dataFiles().reader();
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
		Map<ServiceKey, FoundBackup> found = lookFor(keys, names);
		for (int attempt = 0; attempt < MAX_REFRESHES
				&& !this.known.dataFiles().changedFiles().read().isEmpty(); attempt++) {
			found = lookFor(keys, names);
		}
		return found;
	}

	private Map<ServiceKey, FoundBackup> lookFor(Collection<ServiceKey> keys, DataFileNames names) {
		Map<ServiceKey, FoundBackup> found = new HashMap<>();
		boolean changed;
		this.lock.lock();
		try {
			Instant now = Instant.now();
			keys.forEach((key) -> found.put(key, this.known.dataFiles().find(key, names, now)));
			changed = !this.known.isUnpublished() && this.known.publishData();
		}
		finally {
			this.lock.unlock();
		}
		if (changed) {
			this.listeners.dispatch();
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
			return this.known.dataFiles().found();
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
			return new HashSet<>(this.known.dataFiles().fileNames());
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
			return this.known.dataFiles().version();
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
			this.known.progress().begin();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Shows what was written, all at once.
	 * @param previous revision of the write before it
	 * @param write its revision, 0 if nothing was written after all
	 * @param files the files
	 */
	void endWrite(long previous, long write, Collection<WrittenFile> files) {
		boolean changed;
		parseThoseInUse(files);
		this.lock.lock();
		try {
			Instant now = Instant.now();
			this.known.progress().end(previous, write);
			files.forEach((file) -> this.known.dataFiles().written(file, now));
			this.known.expectOwnChange();
			changed = this.known.publishData();
		}
		finally {
			this.lock.unlock();
		}
		if (changed) {
			this.listeners.dispatch();
		}
	}

	private void parseThoseInUse(Collection<WrittenFile> files) {
		List<DiskBackup> inUse = new ArrayList<>();
		this.lock.lock();
		try {
			for (WrittenFile file : files) {
				if (file.backup() != null && this.known.dataFiles().isKeptParsed(file.file())) {
					inUse.add(file.backup());
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		inUse.forEach(DiskBackup::keepParsed);
	}

	/**
	 * Removes the switch file, and the exceptions with it.
	 */
	void removeSwitch() throws IOException {
		this.lock.lock();
		try {
			this.known.diskSwitch().remove();
			this.known.publish(SwitchState.OFF);
		}
		catch (IOException ex) {
			throw new IOException(WriteFailure.explain("The switch", this.directory, ex), ex);
		}
		finally {
			this.lock.unlock();
		}
		// Even if it was off: that nothing is said here any more is a change.
		this.listeners.dispatch();
	}

	/**
	 * Moves the data files of backups, and the switch, to where nobody looks.
	 * @param backups the backups; a file that says something else stays
	 * @return the services whose file stays
	 */
	Set<ServiceKey> setAside(Collection<Backup> backups) throws IOException {
		MigratedFiles aside = new MigratedFiles(this.directory);
		Set<ServiceKey> staying = new HashSet<>();
		try {
			Map<ServiceKey, FoundBackup> found = found();
			expectLeaving(backups.stream()
				.map((backup) -> found.get(backup.key()))
				.filter((file) -> file != null && file.file() != null)
				.map((file) -> String.valueOf(file.file()))
				.collect(Collectors.toSet()));
			for (Backup backup : backups) {
				FoundBackup file = found.get(backup.key());
				if (file != null && !file.isMissing()
						&& !aside.moveIfSame(this.directory.resolve(String.valueOf(file.file())), backup)) {
					staying.add(backup.key());
				}
			}
			if (hasSwitchFile()) {
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
			expectLeaving(Set.of());
		}
	}

	private void expectLeaving(Set<String> names) {
		this.lock.lock();
		try {
			this.known.dataFiles().expectLeaving(names);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether somebody has set the switch here, be it on or off.
	 */
	boolean hasSwitchFile() {
		return shown().switchFile();
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
			refresh(null, isJustChanged());
			this.lock.lock();
			try {
				if (!this.known.isUnpublished()) {
					return;
				}
			}
			finally {
				this.lock.unlock();
			}
		}
		throw new IOException("what is in the directory keeps changing; see which program writes there");
	}

	private boolean isJustChanged() {
		this.lock.lock();
		try {
			return this.known.isJustChanged();
		}
		finally {
			this.lock.unlock();
		}
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
		this.lock.lock();
		boolean changed;
		boolean settling = false;
		String obstacle = null;
		try {
			settling = isSettling();
			obstacle = this.known.writeObstacle();
			changed = this.known.look((names != null) ? names : Set.of(), all, false);
		}
		catch (RuntimeException ex) {
			changed = false;
			this.known.failed(ex);
		}
		finally {
			this.lock.unlock();
		}
		if (changed || all || (names != null && !names.isEmpty()) || settling
				|| !Objects.equals(obstacle, this.known.writeObstacle())) {
			// Problems do not come and go while nothing is looked at.
			log();
		}
		if (changed) {
			this.listeners.dispatch();
		}
	}

	/**
	 * Records that the directory was deleted and created again, which does not show in
	 * what the file system calls it.
	 */
	void replaced() {
		this.lock.lock();
		try {
			this.known.away();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Records whether the file system holds the thread that looks at the directory.
	 * @param hanging whether it does
	 */
	void hangs(boolean hanging) {
		if (this.hanging != hanging) {
			this.hanging = hanging;
			log();
		}
	}

	/** Begins to write again what was lost, if there is something and it can be done. */
	void writeLostIfDue() {
		if (this.known.losses().isAny() && !isGone() && this.known.writeObstacle() == null) {
			this.writeBack.beginIfDue();
		}
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
		String text = first.location().equals(location()) ? first.message() : "%s: %s".formatted(name, first.message());
		return (problems.size() > 1) ? text + " (and %d more)".formatted(problems.size() - 1) : text;
	}

	/**
	 * Whether files wait for being read.
	 */
	boolean hasFilesToRead() {
		return this.known.dataFiles().changedFiles().isAny() || this.known.dataFiles().unverified().isDue();
	}

	/**
	 * Reads what has changed, and then files that nobody has asked for, so that faults
	 * show and the last good version is held.
	 * @param budgetNanos how long to go on before another look at what has changed
	 */
	void readFiles(long budgetNanos) {
		readChanged();
		while (verifySome(budgetNanos)) {
			readChanged();
		}
	}

	/** Reads what has changed, and shows it. */
	private void readChanged() {
		for (int attempt = 0; attempt < MAX_REFRESHES && this.known.dataFiles().changedFiles().isAny(); attempt++) {
			look(this.known.dataFiles().changedFiles().read(), false);
		}
	}

	boolean verifySome(long budgetNanos) {
		if (!this.known.dataFiles().unverified().isDue()) {
			return false;
		}
		boolean more = this.known.dataFiles().unverified().readSome(budgetNanos);
		if (!more) {
			log();
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
