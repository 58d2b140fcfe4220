package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of one process at a time write a failover directory, also if several
 * class loaders of the process have loaded this class. The kernel releases the lock of a
 * process that dies, so it never goes stale.
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

	/**
	 * Channels to files that the same code, loaded by another class loader, had locked
	 * for too long. To close them then would have taken its lock away, so the next turn
	 * uses them.
	 */
	private static final Map<Path, OpenChannel> leftOpen = new ConcurrentHashMap<>();

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
		ReentrantLock turn = withinProcess.computeIfAbsent(file, (key) -> new ReentrantLock(true));
		if (!await(turn, timeout)) {
			throw new IOException("another thread of this process has been writing for more than %d s; "
				.formatted(timeout.toSeconds()) + "see whether the file system of %s hangs".formatted(ownDirectory));
		}
		FileChannel channel = null;
		try {
			channel = lock(file, end, timeout);
			return new DirectoryLock(turn, channel);
		}
		finally {
			if (channel == null) {
				turn.unlock();
			}
		}
	}

	private static FileChannel lock(Path file, long end, Duration timeout) throws IOException {
		FileChannel channel = open(file);
		boolean done = false;
		boolean locked = false;
		boolean within = false;
		try {
			while (!locked) {
				try {
					within = false;
					locked = channel.tryLock(0, 1, false) != null;
				}
				catch (OverlappingFileLockException ex) {
					within = true;
				}
				if (!locked) {
					pauseUntil(end, file, channel, within, timeout);
				}
			}
			note(channel);
			done = true;
			return channel;
		}
		finally {
			if (!done) {
				giveUp(file, channel, within);
			}
		}
	}

	private static FileChannel open(Path file) throws IOException {
		FileSignature found = FileSignature.of(file);
		if (found != null && found.link()) {
			throw new SymbolicLinkException(file);
		}
		RegularFile.refuseSpecial(file, found);
		OpenChannel left = leftOpen.remove(file);
		if (left != null && found != null && Objects.equals(left.fileKey(), found.fileKey())) {
			return left.channel();
		}
		return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS);
	}

	private static void giveUp(Path file, FileChannel channel, boolean within) throws IOException {
		FileSignature found = within ? FileSignature.of(file) : null;
		if (found != null) {
			leftOpen.put(file, new OpenChannel(channel, found.fileKey()));
		}
		else {
			channel.close();
		}
	}

	private static void pauseUntil(long end, Path file, FileChannel channel, boolean within, Duration timeout)
			throws IOException {
		if (System.nanoTime() > end) {
			String holder = within ? "other code in this process, most likely another application in the same JVM"
					: "another process (%s)".formatted(holder(channel));
			throw new IOException("%s is held by %s for more than %d s; end that %s".formatted(file, holder,
					timeout.toSeconds(), within ? "application" : "process"));
		}
		try {
			TimeUnit.NANOSECONDS.sleep(PAUSE);
		}
		catch (InterruptedException ex) {
			throw interrupted();
		}
	}

	private static boolean await(ReentrantLock turn, Duration timeout) throws IOException {
		try {
			return turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			throw interrupted();
		}
	}

	private static IOException interrupted() {
		Thread.currentThread().interrupt();
		return new IOException("interrupted while waiting for another writer");
	}

	/** Records who holds the lock, for the message of those who time out. */
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

	/** Releases the lock. */
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

	/**
	 * A channel to a file.
	 *
	 * @param channel the channel
	 * @param fileKey identifies the file, {@code null} if the platform cannot
	 */
	private record OpenChannel(FileChannel channel, @Nullable Object fileKey) {

	}

}
