package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one process at a time write a failover directory. The kernel
 * releases the lock of a process that dies, so it never goes stale.
 */
final class DirectoryLock {

	static final String FILE = "lock";

	/** For the switch alone, which must not wait for thousands of backups. */
	static final String SWITCH_FILE = "switch.lock";

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

	/**
	 * A process has to take turns within itself first: the lock of a file belongs to the
	 * process as a whole, and is gone when any of its channels to the file is closed.
	 */
	private static final Map<Path, ReentrantLock> withinProcess = new ConcurrentHashMap<>();

	private final ReentrantLock turn;

	private final FileChannel channel;

	private DirectoryLock(ReentrantLock turn, FileChannel channel) {
		this.turn = turn;
		this.channel = channel;
	}

	/**
	 * Takes the lock.
	 * @param ownDirectory the sub-directory that is ours alone, which must exist
	 * @param timeout how long to wait at most
	 * @return the lock, to be released by the same thread
	 * @throws IOException if it cannot be had
	 */
	static DirectoryLock acquire(Path ownDirectory, Duration timeout) throws IOException {
		return acquire(ownDirectory, FILE, timeout);
	}

	/**
	 * Takes a lock.
	 * @param ownDirectory the sub-directory that is ours alone, which must exist
	 * @param name name of its file
	 * @param timeout how long to wait at most
	 * @return the lock, to be released by the same thread
	 * @throws IOException if it cannot be had
	 */
	static DirectoryLock acquire(Path ownDirectory, String name, Duration timeout) throws IOException {
		long end = System.nanoTime() + timeout.toNanos();
		Path file = ownDirectory.toRealPath().resolve(name);
		if (Files.isSymbolicLink(file)) {
			throw new SymbolicLinkException(file);
		}
		ReentrantLock turn = withinProcess.computeIfAbsent(file, (key) -> new ReentrantLock(true));
		if (!await(turn, timeout)) {
			throw new IOException("another thread of this process has been writing for more than %d s; "
				.formatted(timeout.toSeconds()) + "see whether the file system of %s hangs".formatted(ownDirectory));
		}
		DirectoryLock lock = null;
		try {
			FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
					StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
			try {
				while (!tryLock(channel)) {
					if (System.nanoTime() > end) {
						throw new IOException("%s is held by another process (%s) for more than %d s; end that process"
							.formatted(file, holder(channel), timeout.toSeconds()));
					}
					pause();
				}
				note(channel);
				lock = new DirectoryLock(turn, channel);
			}
			finally {
				if (lock == null) {
					channel.close();
				}
			}
		}
		finally {
			if (lock == null) {
				turn.unlock();
			}
		}
		return lock;
	}

	private static boolean await(ReentrantLock turn, Duration timeout) throws IOException {
		try {
			return turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			throw interrupted();
		}
	}

	private static boolean tryLock(FileChannel channel) throws IOException {
		try {
			FileLock lock = channel.tryLock(0, 1, false);
			return lock != null;
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	private static void pause() throws IOException {
		try {
			TimeUnit.NANOSECONDS.sleep(PAUSE);
		}
		catch (InterruptedException ex) {
			throw interrupted();
		}
	}

	private static IOException interrupted() {
		Thread.currentThread().interrupt();
		return new IOException("interrupted while waiting for another writer");
	}

	/** Who holds it, for the message of those who wait in vain. */
	private static void note(FileChannel channel) throws IOException {
		byte[] holder = "pid %d\n".formatted(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
		try {
			channel.truncate(0);
			channel.write(ByteBuffer.wrap(holder), 0);
		}
		catch (IOException ex) {
			if (!channel.isOpen()) {
				throw ex;
			}
			// On a full disk the lock is good without it.
		}
	}

	private static String holder(FileChannel channel) {
		try {
			ByteBuffer content = ByteBuffer.allocate(32);
			channel.read(content, 0);
			String holder = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
			return holder.isEmpty() ? "unknown" : holder;
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

	/** Lets the next one write. */
	void release() {
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// Then the kernel has released it before.
		}
		finally {
			this.turn.unlock();
		}
	}

}
