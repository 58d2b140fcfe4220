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
 * The files that say whether failover is on: the switch file that the Nacos client
 * documents, and ours with the services that are excepted from it. Used under the lock of
 * the {@link DiskStore}, but for {@link #problems()} and {@link #hasFile()}.
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
			if (!this.switchLook.isDue(signature, reported, now)) {
				return known;
			}
			SwitchState read = this.switchFile.read();
			this.switchLook.done(signature, now);
			this.switchLook.problem = (read != null) ? null
					: "has no line that is 0 or 1, so the last state stays in use; write 0 or 1";
			return (read != null) ? read : known;
		}
		catch (IOException ex) {
			this.switchLook.problem = "cannot be read, the last state stays in use: " + ex.getMessage();
			return known;
		}
	}

	private Map<ServiceKey, Boolean> lookAtExceptions(Map<ServiceKey, Boolean> known, Instant now) {
		try {
			FileSignature signature = this.exceptionsFile.signature();
			if (!this.exceptionsLook.isDue(signature, false, now)) {
				return known;
			}
			Map<ServiceKey, Boolean> read = this.exceptionsFile.read();
			this.exceptionsLook.done(signature, now);
			this.exceptionsLook.problem = null;
			return read;
		}
		catch (IOException ex) {
			this.exceptionsLook.problem = "cannot be read, the last exceptions stay in use: %s; delete it to do without"
				.formatted(ex.getMessage());
			return known;
		}
	}

	/**
	 * Writes what differs, or is missing since the directory was removed: an exception
	 * must not look like a new switch to a stock client.
	 * @param state what is to count
	 * @param known what counts
	 * @throws IOException if it cannot be written
	 */
	void write(SwitchState state, SwitchState known) throws IOException {
		if (!state.exceptions().equals(known.exceptions())
				|| (!state.exceptions().isEmpty() && this.exceptionsFile.signature() == null)) {
			this.exceptionsFile.write(state.exceptions());
			this.exceptionsLook.written(this.exceptionsFile.signature());
		}
		if (!state.hasSameSwitchAs(known) || (state.enabled() && FileSignature.of(this.switchFile.path()) == null)) {
			this.switchFile.write(state);
			this.switchLook.written(FileSignature.of(this.switchFile.path()));
		}
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
	 * Whether a change could hide behind what was last seen.
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
			this.signature = found;
			this.recheck = settledAt(found);
			this.problem = null;
		}

		private static @Nullable Instant settledAt(@Nullable FileSignature signature) {
			return (signature != null) ? signature.settledAt(Instant.now()) : null;
		}

	}

}
