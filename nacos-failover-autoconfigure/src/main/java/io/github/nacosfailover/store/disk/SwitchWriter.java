package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the switch of a failover directory. Safe for use by any thread.
 */
final class SwitchWriter {

	private static final Logger logger = LoggerFactory.getLogger(SwitchWriter.class);

	static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final Set<String> SWITCH = Set.of(FailoverFileNames.SWITCH);

	private final Path directory;

	private final Path ownDirectory;

	private final DirectoryState known;

	private final StateLock lock;

	SwitchWriter(Path directory, DirectoryState known, StateLock lock) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.known = known;
		this.lock = lock;
	}

	/**
	 * Changes the switch.
	 * @param change computes what is to count from what counts; what it throws refuses
	 * the change
	 * @throws IOException if it cannot be written
	 */
	void change(UnaryOperator<SwitchState> change) throws IOException {
		DirectoryState.Shown before = this.known.shown();
		boolean missing = !Files.isDirectory(this.directory);
		if (missing) {
			// A refused change does not create the directory.
			change.apply(this.known.knownSwitch());
		}
		DirectoryLock switchLock = acquireSwitchLock();
		acquireInTime();
		try {
			if (missing) {
				this.known.away();
			}
			this.known.look(SWITCH, false, true);
			SwitchState known = this.known.knownSwitch();
			SwitchState changed = change.apply(known);
			this.known.diskSwitch().write(changed, known);
			this.known.publish(changed);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
		finally {
			release(switchLock, before);
		}
	}

	/**
	 * Writes the switch again that was lost.
	 * @throws IOException if it cannot be written
	 */
	void writeLost() throws IOException {
		OwnDirectory.createWithin(this.directory, this.ownDirectory);
		DirectoryState.Shown before = this.known.shown();
		DirectoryLock switchLock = DirectoryLock.acquire(this.ownDirectory, DirectoryLock.SWITCH_FILE, PATIENCE);
		this.lock.acquire();
		try {
			this.known.look(SWITCH, false, false);
			if (this.known.diskSwitch().isLost() && !this.known.isGone()) {
				this.known.publish(this.known.diskSwitch().writeBack(this.known.knownSwitch()));
			}
		}
		finally {
			release(switchLock, before);
		}
	}

	/**
	 * Removes the switch file, and the exceptions with it.
	 * @throws IOException if they cannot be removed
	 */
	void remove() throws IOException {
		this.lock.acquire();
		try {
			this.known.diskSwitch().remove();
			this.known.publish(SwitchState.OFF);
		}
		catch (IOException ex) {
			throw failed(ex);
		}
		finally {
			this.lock.release();
		}
		// Also if it was off: whether there is a local switch has changed.
		this.lock.dispatch();
	}

	/**
	 * Acquires the lock that serialises processes. They hold it for milliseconds; if one
	 * hangs, the switch is written without the lock.
	 */
	private @Nullable DirectoryLock acquireSwitchLock() {
		try {
			OwnDirectory.create(this.directory, this.ownDirectory);
			return DirectoryLock.acquire(this.ownDirectory, DirectoryLock.SWITCH_FILE, PATIENCE);
		}
		catch (IOException | ReadOnlyFileSystemException ex) {
			logger.debug("The switch in {} is written without a lock", this.directory, ex);
			return null;
		}
	}

	private void acquireInTime() throws IOException {
		try {
			if (!this.lock.acquire(PATIENCE)) {
				throw new IOException("The switch in %s cannot be written: the directory %s".formatted(this.directory,
						DirectoryProblems.HANGING));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted while waiting for a look at " + this.directory, ex);
		}
	}

	private void release(@Nullable DirectoryLock switchLock, DirectoryState.Shown before) {
		this.known.expectOwnChange();
		this.lock.release();
		if (switchLock != null) {
			switchLock.release();
		}
		if (this.known.shown() != before) {
			this.lock.dispatch();
		}
	}

	private IOException failed(IOException ex) {
		return new IOException(WriteFailure.explain("The switch", this.directory, ex), ex);
	}

}
