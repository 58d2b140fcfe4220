package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The files of the switch: the switch file that the Nacos client documents, and a file of
 * the starter with the exceptions of single services. Used under the lock of the
 * {@link DiskStore}, but for {@link #problems()} and {@link #hasFile()}.
 */
final class DiskSwitch {

	private final SwitchFile switchFile;

	private final ExceptionsFile exceptionsFile;

	private final Look switchLook = new Look();

	private final Look exceptionsLook = new Look();

	DiskSwitch(Path directory) {
		this.switchFile = new SwitchFile(directory);
		this.exceptionsFile = new ExceptionsFile(directory);
	}

	/**
	 * Reads what has changed.
	 * @param known what was last good, which stays where a file cannot be understood
	 * @param reported whether the switch file is known to have changed
	 * @param now the time
	 * @return what counts now
	 */
	SwitchState look(SwitchState known, boolean reported, Instant now) {
		return lookAtSwitch(known, reported, now).withExceptions(lookAtExceptions(known.exceptions(), now));
	}

	private SwitchState lookAtSwitch(SwitchState known, boolean reported, Instant now) {
		try {
			FileSignature signature = FileSignature.of(this.switchFile.path());
			if (this.switchLook.isMissing(signature) || !this.switchLook.isDue(signature, reported, now)) {
				return known;
			}
			SwitchState read = this.switchFile.read();
			if (read != null && read.enabled() == known.enabled() && this.switchLook.isSame(signature)) {
				// If everything is being deleted, the file with the details may go first.
				read = known;
			}
			this.switchLook.done(signature, now);
			this.switchLook.problem = (read != null) ? null
					: "has no line that is 0 or 1, so failover stays %s; write 0 or 1"
						.formatted(known.enabled() ? "on" : "off");
			return (read != null) ? read : known;
		}
		catch (IOException ex) {
			this.switchLook.problem = "cannot be read, so failover stays %s: %s"
				.formatted(known.enabled() ? "on" : "off", ReadFailure.explain(ex));
			return known;
		}
	}

	private Map<ServiceKey, Boolean> lookAtExceptions(Map<ServiceKey, Boolean> known, Instant now) {
		try {
			FileSignature signature = this.exceptionsFile.signature();
			if (this.exceptionsLook.isMissing(signature) || !this.exceptionsLook.isDue(signature, false, now)) {
				return known;
			}
			Map<ServiceKey, Boolean> read = this.exceptionsFile.read();
			this.exceptionsLook.done(signature, now);
			this.exceptionsLook.problem = null;
			return read;
		}
		catch (IOException ex) {
			this.exceptionsLook.problem = "cannot be read, the last exceptions stay in use: %s; delete it to do without"
				.formatted(ReadFailure.explain(ex));
			return known;
		}
	}

	/**
	 * Writes what differs, is missing since the directory was removed, or cannot be
	 * understood, so that what was answered survives a restart. An exception must not
	 * look like a new switch to a stock client.
	 * @param state what is to count
	 * @param known what counts
	 * @throws IOException if it cannot be written
	 */
	void write(SwitchState state, SwitchState known) throws IOException {
		boolean onlyExceptions = state.hasSameSwitchAs(known) && !state.exceptions().equals(known.exceptions());
		if (!state.exceptions().equals(known.exceptions())
				|| (!state.exceptions().isEmpty() && this.exceptionsFile.signature() == null)) {
			this.exceptionsFile.write(state.exceptions());
			this.exceptionsLook.wrote(this.exceptionsFile.signature(), !state.exceptions().isEmpty());
		}
		if (!state.hasSameSwitchAs(known) || (state.enabled() && FileSignature.of(this.switchFile.path()) == null)
				|| (this.switchLook.problem != null && !onlyExceptions)) {
			this.switchFile.write(state);
			this.switchLook.wrote(FileSignature.of(this.switchFile.path()), true);
		}
	}

	boolean hasVanished() {
		return this.switchLook.vanished || this.exceptionsLook.vanished;
	}

	/**
	 * When the last of them was seen to be gone, in {@link System#nanoTime}.
	 * @return the time
	 */
	long lastVanished() {
		return Math.max(this.switchLook.vanishedAt, this.exceptionsLook.vanishedAt);
	}

	/**
	 * Whether there was a switch file when it was last looked for.
	 */
	boolean isSwitchPresent() {
		return this.switchLook.signature != null && !this.switchLook.vanished && !this.switchLook.lost;
	}

	/**
	 * Accepts that files have been deleted on purpose.
	 * @param known what counts
	 * @return what counts now
	 */
	SwitchState acceptDeleted(SwitchState known) {
		SwitchState believed = known;
		if (this.switchLook.vanished) {
			believed = SwitchState.OFF.withExceptions(known.exceptions());
			this.switchLook.written(null);
		}
		if (this.exceptionsLook.vanished) {
			believed = believed.withExceptions(Map.of());
			this.exceptionsLook.written(null);
		}
		return believed;
	}

	/** Marks missing files as lost: their last known state is kept. */
	void markLost() {
		this.switchLook.markLost();
		this.exceptionsLook.markLost();
	}

	/**
	 * Whether the switch or the exceptions are gone without having been deleted. Safe for
	 * use by any thread.
	 */
	boolean isLost() {
		return this.switchLook.lost || this.exceptionsLook.lost;
	}

	boolean isSwitchLost() {
		return this.switchLook.lost;
	}

	/**
	 * Writes again what was lost, unless it is there or was deleted after somebody else
	 * had written it again.
	 * @param known what counts
	 * @return what counts now
	 * @throws IOException if it cannot be written
	 */
	SwitchState writeBack(SwitchState known) throws IOException {
		if (this.exceptionsLook.lost) {
			if (!known.exceptions().isEmpty()) {
				this.exceptionsFile.write(known.exceptions());
			}
			this.exceptionsLook.wrote(this.exceptionsFile.signature(), !known.exceptions().isEmpty());
		}
		if (!this.switchLook.lost) {
			return known;
		}
		FileSignature seen = this.switchLook.signature;
		if (seen != null && this.switchFile.wasWrittenAfter(seen.modified())) {
			this.switchLook.written(null);
			return SwitchState.OFF.withExceptions(known.exceptions());
		}
		this.switchFile.writeBack(known);
		this.switchLook.wrote(FileSignature.of(this.switchFile.path()), true);
		return known;
	}

	void remove() throws IOException {
		for (Path file : files()) {
			Files.deleteIfExists(file);
		}
		this.switchLook.written(null);
		this.exceptionsLook.written(null);
	}

	List<Path> files() {
		return List.of(this.switchFile.path(), this.exceptionsFile.path());
	}

	/**
	 * Whether there are files now.
	 */
	boolean isThere() {
		return files().stream().anyMatch(Files::exists);
	}

	/**
	 * Whether there was a switch file when it was last looked at, be it on or off.
	 */
	boolean hasFile() {
		return this.switchLook.signature != null;
	}

	/**
	 * Whether a further change could have the same signature.
	 */
	boolean isSettling() {
		return this.switchLook.recheck != null || this.exceptionsLook.recheck != null;
	}

	List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		add(problems, this.switchFile.path(), this.switchLook.problem);
		add(problems, this.exceptionsFile.path(), this.exceptionsLook.problem);
		return problems;
	}

	private static void add(List<Problem> problems, Path file, @Nullable String message) {
		if (message != null) {
			problems.add(new Problem(file.toString(), message));
		}
	}

	/** When a file was last looked at, and whether it has to be looked at again. */
	private static final class Look {

		private volatile @Nullable FileSignature signature;

		private @Nullable Instant recheck;

		private volatile @Nullable String problem;

		/**
		 * Whether it was missing at the last look; not decided yet whether it is lost.
		 */
		private boolean vanished;

		private long vanishedAt = System.nanoTime();

		/** Whether it is gone without having been deleted. */
		private volatile boolean lost;

		/** Records whether a known file is missing. */
		boolean isMissing(@Nullable FileSignature found) {
			if (found != null || (this.signature == null && !this.vanished && !this.lost)) {
				this.vanished = false;
				this.lost = false;
				return false;
			}
			if (!this.vanished && !this.lost) {
				this.vanished = true;
				this.vanishedAt = System.nanoTime();
			}
			return true;
		}

		boolean isSame(@Nullable FileSignature found) {
			return found != null && found.equals(this.signature);
		}

		void markLost() {
			this.lost |= this.vanished;
			this.vanished = false;
		}

		boolean isDue(@Nullable FileSignature found, boolean reported, Instant now) {
			return reported || isRecheckDue(now) || !Objects.equals(found, this.signature);
		}

		private boolean isRecheckDue(Instant now) {
			return this.recheck != null && now.isAfter(this.recheck);
		}

		void done(@Nullable FileSignature found, Instant now) {
			this.recheck = (isRecheckDue(now) && Objects.equals(found, this.signature)) ? null : settledAt(found);
			this.signature = found;
		}

		void written(@Nullable FileSignature found) {
			this.vanished = false;
			this.lost = false;
			this.signature = found;
			this.recheck = settledAt(found);
			this.problem = null;
		}

		/**
		 * Records a write. If the file has gone since, somebody deletes it, or the whole
		 * directory, just now.
		 */
		void wrote(@Nullable FileSignature found, boolean expected) {
			written(found);
			if (found == null && expected) {
				this.vanished = true;
				this.vanishedAt = System.nanoTime();
			}
		}

		private static @Nullable Instant settledAt(@Nullable FileSignature signature) {
			return (signature != null) ? signature.settledAt(Instant.now()) : null;
		}

	}

}
