package io.github.nacosfailover.store.disk;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Data files that nobody has read yet. They are read sooner or later, so that faults show
 * and the last good version is held. Safe for use by any thread.
 */
final class UnverifiedFiles {

	/** Up to so many files are read without waiting for a quiet period. */
	private static final int FEW = 100;

	/** After so long without a file being needed, queries are not held up by reading. */
	private static final long QUIET = TimeUnit.SECONDS.toNanos(2);

	private final Queue<DiskBackup> files = new ConcurrentLinkedQueue<>();

	private final DataFileReader reader;

	UnverifiedFiles(DataFileReader reader) {
		this.reader = reader;
	}

	void add(DiskBackup file) {
		this.files.add(file);
	}

	/**
	 * Whether there are files to verify and it is the time for it: reading thousands of
	 * them would slow down an application that starts and needs them itself.
	 * @return whether to call {@link #readSome}
	 */
	boolean isDue() {
		return !this.files.isEmpty() && (this.files.size() <= FEW || this.reader.idleNanos() >= QUIET);
	}

	/**
	 * Reads some.
	 * @param budgetNanos how long to go on
	 * @return whether there may be more
	 */
	boolean readSome(long budgetNanos) {
		long end = System.nanoTime() + budgetNanos;
		DiskBackup next = this.files.poll();
		while (next != null) {
			next.read(false);
			if (System.nanoTime() > end) {
				return true;
			}
			next = this.files.poll();
		}
		return false;
	}

}
