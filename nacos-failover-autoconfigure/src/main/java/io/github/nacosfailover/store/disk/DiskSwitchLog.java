package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.SwitchOrigin;
import io.github.nacosfailover.store.SwitchLog;
import org.jspecify.annotations.Nullable;

/**
 * The changes of the switch in our own sub-directory, a line of JSON each, the newest
 * last. Lines are added under a lock of the file system, which ends with the process that
 * holds it; a line that a crash has torn is passed over.
 */
final class DiskSwitchLog implements SwitchLog {

	/** Several processes see the same edit at slightly different times. */
	private static final Duration SAME_EDIT = Duration.ofSeconds(2);

	private static final long LOCK_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

	/** A lock of the file system is the whole JVM's. */
	private static final Object jvm = new Object();

	private final Path directory;

	private final Path ownDirectory;

	private final Path file;

	DiskSwitchLog(Path directory) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.file = this.ownDirectory.resolve("history.json");
	}

	@Override
	public void add(SwitchChanged change) throws IOException {
		synchronized (jvm) {
			OwnDirectory.createWithin(this.directory, this.ownDirectory);
			try (FileChannel lockFile = FileChannel.open(this.ownDirectory.resolve("history.lock"),
					StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				lock(lockFile);
				List<String> lines = lines();
				if (change.origin() == SwitchOrigin.FILE && isKnown(change, lines)) {
					return;
				}
				if (lines.size() >= 2 * SIZE) {
					compact(lines.subList(lines.size() - SIZE, lines.size()));
				}
				append(SwitchLogLine.format(change));
			}
		}
	}

	/** Held until the channel is closed. */
	private static void lock(FileChannel lockFile) throws IOException {
		long end = System.nanoTime() + LOCK_TIMEOUT;
		while (true) {
			FileLock lock = lockFile.tryLock();
			if (lock != null) {
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

	private static boolean isKnown(SwitchChanged change, List<String> lines) {
		for (String line : lines) {
			SwitchChanged known = SwitchLogLine.parse(line);
			if (known != null && known.origin() == change.origin() && known.namespace().equals(change.namespace())
					&& Objects.equals(known.after(), change.after())
					&& Duration.between(known.at(), change.at()).abs().compareTo(SAME_EDIT) < 0) {
				return true;
			}
		}
		return false;
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
		AtomicFile.write(this.file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8),
				this.ownDirectory, null);
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
		List<SwitchChanged> changes = new ArrayList<>();
		List<String> lines = lines();
		for (int i = lines.size() - 1; i >= 0 && changes.size() < SIZE; i--) {
			@Nullable SwitchChanged change = SwitchLogLine.parse(lines.get(i));
			if (change != null) {
				changes.add(change);
			}
		}
		return Collections.unmodifiableList(changes);
	}

}
