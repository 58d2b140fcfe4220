package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Does the same with many files, on several threads and some files at a time: the file
 * system then forces what they have written to the disk together, which is many times
 * faster than one by one.
 */
final class ParallelFiles {

	/** Threads that mostly wait for the disk. */
	static final int FORCING = 20;

	/** Threads that mostly compute, or wait for each other in the file system. */
	static final int COMPUTING = Math.min(4, Runtime.getRuntime().availableProcessors());

	private static final int MAX_BATCH = 24;

	private ParallelFiles() {
	}

	/**
	 * Does something with all of the items.
	 * @param items the items
	 * @param threads how many threads to do it on at most
	 * @param action what to do with some of the items
	 * @param <T> type of the items
	 * @throws IOException the first failure; the rest is left undone
	 */
	static <T> void forEach(Collection<? extends T> items, int threads, Action<T> action) throws IOException {
		List<T> all = List.copyOf(items);
		int batch = Math.max(1, Math.min(MAX_BATCH, all.size() / threads));
		Work<T> work = new Work<>(all, batch, action);
		int needed = Math.min(threads, (all.size() + batch - 1) / batch);
		if (needed <= 1) {
			work.run();
		}
		else {
			run(work, needed);
		}
		work.rethrow();
	}

	private static void run(Work<?> work, int threads) throws IOException {
		CountDownLatch ended = new CountDownLatch(threads);
		for (int i = 0; i < threads; i++) {
			DaemonThreads.create("nacos-failover-snapshot-" + i, () -> {
				try {
					work.run();
				}
				finally {
					ended.countDown();
				}
			}).start();
		}
		boolean interrupted = false;
		while (true) {
			try {
				ended.await();
				break;
			}
			catch (InterruptedException ex) {
				// Whoever interrupts wants an end, but not files that change after it.
				interrupted = true;
				work.stop();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted");
		}
	}

	/**
	 * What to do with some items.
	 *
	 * @param <T> type of the items
	 */
	interface Action<T> {

		void accept(List<T> items) throws IOException;

	}

	private static final class Work<T> implements Runnable {

		private final List<T> items;

		private final int batch;

		private final Action<T> action;

		private int next;

		private boolean stopped;

		private @Nullable Throwable failure;

		Work(List<T> items, int batch, Action<T> action) {
			this.items = items;
			this.batch = batch;
			this.action = action;
		}

		@Override
		public void run() {
			try {
				for (List<T> items = next(); !items.isEmpty(); items = next()) {
					this.action.accept(items);
				}
			}
			catch (IOException | RuntimeException | Error ex) {
				fail(ex);
			}
		}

		private synchronized List<T> next() {
			if (this.stopped) {
				return List.of();
			}
			int first = this.next;
			this.next = Math.min(this.items.size(), first + this.batch);
			return this.items.subList(first, this.next);
		}

		synchronized void stop() {
			this.stopped = true;
		}

		private synchronized void fail(Throwable ex) {
			this.stopped = true;
			if (this.failure == null) {
				this.failure = ex;
			}
		}

		synchronized void rethrow() throws IOException {
			if (this.failure instanceof IOException ex) {
				throw ex;
			}
			if (this.failure instanceof RuntimeException ex) {
				throw ex;
			}
			if (this.failure instanceof Error ex) {
				throw ex;
			}
		}

	}

}
