package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The state of a failover directory: the last good switch and backups, and its problems.
 * Used under the lock of the {@link DiskStore}, except for what is shown, the problems
 * and the losses.
 */
final class DirectoryState {

	private final Path directory;

	private final DiskSwitch diskSwitch;

	private final DataFiles dataFiles;

	private final WriteProgress progress;

	private final DirectoryIdentity identity;

	private final Losses losses;

	private volatile Shown shown = new Shown(new SourceState(SwitchState.OFF, BackupTable.EMPTY), false);

	private volatile @Nullable String problem;

	private volatile @Nullable String writeObstacle;

	private volatile boolean gone;

	/** Files to look at when the write that is under way has ended. */
	private final Set<String> heldBack = new HashSet<>();

	private boolean allHeldBack;

	private boolean unpublished;

	private @Nullable FileSignature directorySignature;

	private boolean unsettled;

	private final Runnable onDisturbance;

	/**
	 * Creates an empty state.
	 * @param directory the directory
	 * @param maxFileSize the largest size of a data file, in bytes
	 * @param documents the documents in it
	 * @param onDisturbance called, quickly, when the directory is seen to have changed
	 */
	DirectoryState(Path directory, long maxFileSize, DirectoryDocuments documents, Runnable onDisturbance) {
		this.directory = directory;
		this.diskSwitch = new DiskSwitch(directory);
		this.dataFiles = new DataFiles(directory, maxFileSize);
		this.progress = new WriteProgress(documents);
		this.identity = new DirectoryIdentity(directory);
		this.losses = new Losses(directory, this.dataFiles.table(), this.diskSwitch, documents::lastKnownBackups);
		this.onDisturbance = onDisturbance;
	}

	DiskSwitch diskSwitch() {
		return this.diskSwitch;
	}

	DataFiles dataFiles() {
		return this.dataFiles;
	}

	WriteProgress progress() {
		return this.progress;
	}

	Losses losses() {
		return this.losses;
	}

	/**
	 * What is shown. Safe for use by any thread.
	 */
	Shown shown() {
		return this.shown;
	}

	/**
	 * Why the directory cannot be looked at. Safe for use by any thread.
	 */
	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Why nothing can be written. Safe for use by any thread.
	 */
	@Nullable String writeObstacle() {
		return this.writeObstacle;
	}

	/**
	 * Whether the directory was there, and was not when it was last looked for. Safe for
	 * use by any thread.
	 */
	boolean isGone() {
		return this.gone;
	}

	/**
	 * Whether there is something that is not shown yet, since it is being written.
	 */
	boolean isUnpublished() {
		return this.unpublished;
	}

	boolean isSettling() {
		return this.diskSwitch.isSettling() || this.unpublished || this.dataFiles.isSettling()
				|| this.losses.isWaiting();
	}

	/** Records that the directory was missing. */
	void away() {
		this.identity.away();
	}

	private void failed(Exception ex) {
		this.problem = "cannot be read, its last state stays in use: " + ex;
	}

	private BackupTable backups() {
		return this.shown.state().backups();
	}

	SwitchState knownSwitch() {
		return Objects.requireNonNull(this.shown.state().failoverSwitch());
	}

	/**
	 * Looks at what may have changed. A failure is listed as a problem and changes
	 * nothing.
	 * @param names names of files that have changed for sure
	 * @param all whether to look at every file
	 * @return whether something else is shown than before
	 */
	boolean refresh(Set<String> names, boolean all) {
		try {
			return look(names, all, false);
		}
		catch (RuntimeException ex) {
			failed(ex);
			return false;
		}
	}

	/**
	 * Looks at what may have changed.
	 * @param names names of files that have changed for sure
	 * @param all whether to look at every file
	 * @param impatient whether what has vanished is judged now
	 * @return whether something else is shown than before
	 */
	boolean look(Set<String> names, boolean all, boolean impatient) {
		Instant now = Instant.now();
		FileSignature before = this.directorySignature;
		try {
			FileSignature after = FileSignature.of(this.directory);
			if (after == null || after.dangling() || !after.directory()) {
				return lookAtMissingDirectory(after);
			}
			this.gone = false;
			this.directorySignature = after;
			this.unsettled = after.settledAt(now) != null;
			boolean another = this.identity.isAnother(after);
			this.losses.another(another);
			if (!after.equals(before)) {
				this.onDisturbance.run();
			}
			SwitchState failoverSwitch = this.diskSwitch.look(knownSwitch(), names.contains(FailoverFileNames.SWITCH),
					now);
			boolean due = this.losses.isDue() || (impatient && this.losses.isWaiting());
			boolean everything = all || another || due || this.problem != null
					|| ((names.isEmpty() || impatient) && !after.equals(before));
			lookAtData(names, everything, now);
			if (this.losses.isAllGone()) {
				// What was added before the last file was deleted may have been missed.
				failoverSwitch = this.diskSwitch.look(failoverSwitch, true, now);
				lookAtData(Set.of(), true, now);
			}
			this.problem = null;
			if (!this.unpublished) {
				failoverSwitch = this.losses.judge(failoverSwitch, this.progress.takeDeleted(), due && everything);
			}
			return publish(failoverSwitch, this.unpublished ? backups() : this.dataFiles.table().backups(backups()));
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			failed(ex);
			return false;
		}
		finally {
			this.writeObstacle = WriteObstacle.find(this.directory);
		}
	}

	/**
	 * Looks at data files, unless they are being written: a write is shown as a whole, or
	 * not yet.
	 */
	private void lookAtData(Set<String> names, boolean all, Instant now) throws IOException {
		this.heldBack.addAll(names);
		this.allHeldBack |= all;
		this.unpublished = this.progress.isUnderWay();
		if (this.unpublished) {
			return;
		}
		Set<String> written = this.progress.written(this.allHeldBack);
		if (written != null) {
			this.heldBack.addAll(written);
		}
		this.dataFiles.look(this.heldBack, this.allHeldBack || written == null, now);
		this.heldBack.clear();
		this.allHeldBack = false;
		this.unpublished = !this.progress.isUndisturbed() || this.dataFiles.changed().holdOthersBack();
	}

	private boolean lookAtMissingDirectory(@Nullable FileSignature found) {
		this.identity.away();
		this.losses.lose();
		this.gone = this.identity.isAway();
		if (found != null && !found.dangling()) {
			this.problem = "is not a directory; remove the file, the directory is created when it is needed";
		}
		else {
			this.problem = this.gone
					? "is gone, its last switch and backups stay in use; create it again, or switch over HTTP" : null;
		}
		return false;
	}

	/**
	 * Records the signature of the directory after a write of this process, so that the
	 * write does not cause a complete scan.
	 */
	void expectOwnChange() {
		FileSignature before = this.directorySignature;
		try {
			FileSignature after = FileSignature.of(this.directory);
			if (before != null && after != null && Objects.equals(before.fileKey(), after.fileKey())) {
				this.directorySignature = after;
				this.unsettled = after.settledAt(Instant.now()) != null;
			}
		}
		catch (IOException ex) {
			// The next look detects it.
		}
	}

	/**
	 * Return whether the directory was last seen so soon after it had changed that a
	 * further change may look the same.
	 */
	boolean isJustChanged() {
		return this.unsettled;
	}

	/**
	 * Shows another switch.
	 * @param failoverSwitch the switch
	 */
	void publish(SwitchState failoverSwitch) {
		publish(failoverSwitch, backups());
	}

	/**
	 * Shows what is known of the data files.
	 * @return whether that is something else than before
	 */
	boolean publishData() {
		return publish(knownSwitch(), this.dataFiles.table().backups(backups()));
	}

	private boolean publish(SwitchState failoverSwitch, BackupTable backups) {
		SourceState before = this.shown.state();
		boolean switchFile = this.diskSwitch.hasFile();
		if (backups == before.backups() && failoverSwitch.equals(before.failoverSwitch())
				&& switchFile == this.shown.switchFile()) {
			return false;
		}
		this.shown = new Shown(new SourceState(failoverSwitch, backups), switchFile);
		return true;
	}

	/**
	 * What is shown at one instant.
	 *
	 * @param state the state
	 * @param switchFile whether somebody has set the switch here, be it on or off
	 * @param local the state without an opinion on the switch if nobody has
	 */
	record Shown(SourceState state, boolean switchFile, SourceState local) {

		Shown(SourceState state, boolean switchFile) {
			this(state, switchFile, switchFile ? state : new SourceState(null, state.backups()));
		}

	}

}
