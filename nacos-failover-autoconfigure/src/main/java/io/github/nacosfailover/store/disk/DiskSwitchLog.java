package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.store.LoggedChanges;
import io.github.nacosfailover.store.SwitchLog;

/**
 * The changes of the switch in our own sub-directory, a line of JSON each, the newest
 * last. Lines are added under a lock of the file system, which ends with the process that
 * holds it; a line that a crash has torn is passed over.
 */
final class DiskSwitchLog implements SwitchLog {

	private static final int MAX_LINES = 2 * SIZE;

	private static final long LOCK_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	/**
	 * A lock of the file system is the whole JVM's, and so is this: a literal is one
	 * object for all class loaders, of which several may have loaded this class.
	 */
	private static final String jvm = "io.github.nacosfailover: lock of the history";

	private final Path directory;

	private final Path ownDirectory;

	private final Path file;

	private final Path lockFile;

	/** What was last in the file, which survives the loss of the directory. */
	private volatile List<String> known = List.of();

	DiskSwitchLog(Path directory) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.file = this.ownDirectory.resolve("history.json");
		this.lockFile = this.ownDirectory.resolve("history.lock");
	}

	@Override
	public void add(LoggedChange change) throws IOException {
		synchronized (jvm) {
			// An empty directory in place of a missing one would look like an order.
			OwnDirectory.createWithin(this.directory, this.ownDirectory);
			boolean lost = isLost();
			try (FileChannel lockFile = FileChannel.open(this.lockFile, StandardOpenOption.CREATE,
					StandardOpenOption.WRITE)) {
				lock(lockFile);
				List<String> lines = lines();
				if (lost && lines.isEmpty()) {
					lines = this.known;
					compact(lines);
				}
				else if (lines.size() >= MAX_LINES) {
					compact(lines);
				}
				append(SwitchLogLine.format(change));
				this.known = lines();
			}
			catch (IOException ex) {
				throw new IOException(
						WriteFailure.explain("The history", this.directory, WriteFailure.locate(this.file, ex)), ex);
			}
		}
	}

	/**
	 * Whether the directory is another one than before. Its history was not deleted, or
	 * the lock would still be there.
	 */
	private boolean isLost() {
		return !this.known.isEmpty() && Files.notExists(this.lockFile);
	}

	/** Held until the channel is closed. */
	private static void lock(FileChannel lockFile) throws IOException {
		long end = System.nanoTime() + LOCK_TIMEOUT;
		while (true) {
			if (tryLock(lockFile)) {
				return;
			}
			if (System.nanoTime() >= end) {
				throw new IOException("another process holds the lock of the history");
			}
			try {
				Thread.sleep(10);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException("interrupted while waiting for the lock of the history", ex);
			}
		}
	}

	private static boolean tryLock(FileChannel lockFile) throws IOException {
		try {
			FileLock lock = lockFile.tryLock();
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			// Held by other code in this JVM.
			return false;
		}
	}

	private void append(String line) throws IOException {
		boolean torn = isTorn();
		byte[] bytes = ((torn ? "\n" : "") + line + "\n").getBytes(StandardCharsets.UTF_8);
		try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			channel.force(true);
		}
	}

	/** Whether a crash has left the last line without its end. */
	private boolean isTorn() throws IOException {
		if (!Files.exists(this.file)) {
			return false;
		}
		try (RandomAccessFile content = new RandomAccessFile(this.file.toFile(), "r")) {
			if (content.length() == 0) {
				return false;
			}
			content.seek(content.length() - 1);
			return content.read() != '\n';
		}
	}

	private void compact(List<String> lines) throws IOException {
		StringBuilder content = new StringBuilder();
		for (LoggedChange change : LoggedChanges.fold(parse(lines))) {
			content.append(SwitchLogLine.format(change)).append('\n');
		}
		AtomicFile.write(this.file, content.toString().getBytes(StandardCharsets.UTF_8), this.ownDirectory, null);
	}

	private static List<LoggedChange> parse(List<String> lines) {
		return lines.stream().map(SwitchLogLine::parse).filter(Objects::nonNull).toList();
	}

	private List<String> lines() throws IOException {
		try {
			return new String(Files.readAllBytes(this.file), StandardCharsets.UTF_8).lines().toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
	}

	@Override
	public List<SwitchChanged> read() throws IOException {
		List<String> lines = isLost() ? this.known : lines();
		this.known = lines;
		List<SwitchChanged> changes = new ArrayList<>();
		LoggedChanges.fold(parse(lines)).forEach((change) -> changes.add(change.change()));
		Collections.reverse(changes);
		return Collections.unmodifiableList(changes);
	}

}
