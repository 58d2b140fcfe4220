package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * Does the same with many files, on several threads: the file system then forces what
 * they have written to the disk together, which is many times faster than one by one.
 */
final class ParallelFiles {

	private static final int THREADS = 24;

	/** Below this it is not worth a thread. */
	private static final int PER_THREAD = 4;

	private ParallelFiles() {
	}

	/**
	 * Does something with each of the items.
	 * @param items the items, taken in their order
	 * @param action what to do
	 * @param <T> type of the items
	 * @throws IOException the first failure; the rest is left undone
	 */
	static <T> void forEach(Iterable<T> items, Action<T> action) throws IOException {
		Work<T> work = new Work<>(items.iterator(), action);
		int size = (items instanceof List<T> list) ? list.size() : THREADS * PER_THREAD;
		int threads = Math.min(THREADS, size / PER_THREAD);
		if (threads <= 1) {
			work.run();
		}
		else {
			run(work, threads);
		}
		work.rethrow();
	}

	private static void run(Work<?> work, int threads) throws IOException {
		CountDownLatch ended = new CountDownLatch(threads);
		List<Thread> started = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			Thread thread = new Thread(() -> {
				try {
					work.run();
				}
				finally {
					ended.countDown();
				}
			}, "nacos-failover-snapshot-" + i);
			thread.setDaemon(true);
			thread.start();
			started.add(thread);
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
	 * What to do with one item.
	 *
	 * @param <T> type of the items
	 */
	interface Action<T> {

		void accept(T item) throws IOException;

	}

	private static final class Work<T> implements Runnable {

		private final Iterator<T> items;

		private final Action<T> action;

		private boolean stopped;

		private @Nullable Throwable failure;

		Work(Iterator<T> items, Action<T> action) {
			this.items = items;
			this.action = action;
		}

		@Override
		public void run() {
			try {
				for (T item = next(); item != null; item = next()) {
					this.action.accept(item);
				}
			}
			catch (IOException | RuntimeException | Error ex) {
				fail(ex);
			}
		}

		private synchronized @Nullable T next() {
			return (!this.stopped && this.items.hasNext()) ? this.items.next() : null;
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
