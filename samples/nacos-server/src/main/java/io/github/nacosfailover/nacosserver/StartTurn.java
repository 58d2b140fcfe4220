package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The turn to start a server: on one machine, servers of a user start one after another.
 * A start takes all of two processors, and two at a time exceed the time limits within
 * the server on a slow machine. Whoever cannot get the turn starts all the same.
 */
final class StartTurn {

	private static final System.Logger logger = System.getLogger(StartTurn.class.getName());

	/** More than what two starts take on a machine that is kept busy by others. */
	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final Path path;

	private final FileChannel file;

	private StartTurn(Path path, FileChannel file) {
		this.path = path;
		this.file = file;
	}

	/**
	 * Wait for the turn, which ends with this JVM at the latest.
	 * @return the turn, to be closed once the server is ready
	 */
	static StartTurn take() {
		Path path = Path.of(System.getProperty("java.io.tmpdir"),
				"nacos-server-start-" + System.getProperty("user.name") + ".lock");
		return take(path, PATIENCE);
	}

	static StartTurn take(Path path, Duration patience) {
		FileChannel file = null;
		try {
			file = open(path);
			long deadline = System.nanoTime() + patience.toNanos();
			while (!isLocked(file) || !Files.exists(path)) {
				if (System.nanoTime() > deadline) {
					logger.log(Level.WARNING, "Starting a Nacos server next to others: {0} was not free for {1}", path,
							patience);
					return new StartTurn(null, file);
				}
				TimeUnit.MILLISECONDS.sleep(50);
				if (!Files.exists(path)) {
					// Whoever had the turn has deleted it.
					file.close();
					file = open(path);
				}
			}
		}
		catch (IOException ex) {
			logger.log(Level.WARNING, "Starting a Nacos server without waiting for others: could not lock " + path, ex);
		}
		catch (InterruptedException ex) {
			new StartTurn(null, file).close();
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while other Nacos servers were starting", ex);
		}
		return new StartTurn(path, file);
	}

	private static FileChannel open(Path path) throws IOException {
		return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
	}

	private static boolean isLocked(FileChannel file) throws IOException {
		try {
			FileLock lock = file.tryLock();
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			// Another thread of this JVM has it.
			return false;
		}
	}

	/** Gives the turn to the next one. */
	void close() {
		if (this.file == null) {
			return;
		}
		try (FileChannel closed = this.file) {
			if (this.path != null && closed.isOpen()) {
				Files.deleteIfExists(this.path);
			}
		}
		catch (IOException ex) {
			logger.log(Level.WARNING, "Could not give away the turn to start a Nacos server", ex);
		}
	}

}
