package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Reads files on threads that can be abandoned: a call into a file system that hangs
 * cannot be interrupted. A file that hangs is not read again until that call has
 * returned; if several files of a directory hang, none of that directory is.
 */
final class BoundedReads {

	private static final int MAX_HANGING = 3;

	/** As many threads as there are callers, who wait for them. */
	private static final ThreadPoolExecutor threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS,
			new SynchronousQueue<>(), DaemonThreads.numbered("nacos-failover-read"));

	private final Duration limit;

	private final Set<Path> hanging = ConcurrentHashMap.newKeySet();

	/**
	 * Creates reads.
	 * @param limit how long to wait for one of them
	 */
	BoundedReads(Duration limit) {
		this.limit = limit;
	}

	/**
	 * Does something that may hang.
	 * @param limit how long to wait
	 * @param action what to do; it goes on if it takes longer
	 * @return whether it has ended in time
	 */
	static boolean runWithin(Duration limit, Runnable action) {
		FutureTask<Void> task = new FutureTask<>(action, null);
		threads.execute(task);
		try {
			awaitUninterruptibly(task, limit);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * Reads a file.
	 * @param file the file
	 * @param read reads it
	 * @param <T> what is read
	 * @return what was read
	 * @throws IOException if that failed, or took too long
	 */
	<T> T call(Path file, Callable<T> read) throws IOException {
		if (isHanging(file)) {
			throw hangs();
		}
		FutureTask<T> task = new FutureTask<>(read) {

			@Override
			public void run() {
				try {
					super.run();
				}
				finally {
					BoundedReads.this.hanging.remove(file);
				}
			}

		};
		threads.execute(task);
		return await(file, task);
	}

	private boolean isHanging(Path file) {
		return !this.hanging.isEmpty() && (this.hanging.contains(file) || this.hanging.stream()
			.filter((other) -> Objects.equals(other.getParent(), file.getParent()))
			.count() >= MAX_HANGING);
	}

	private <T> T await(Path file, FutureTask<T> task) throws IOException {
		try {
			return awaitUninterruptibly(task, this.limit);
		}
		catch (TimeoutException ex) {
			this.hanging.add(file);
			if (task.isDone()) {
				this.hanging.remove(file);
			}
			throw hangs();
		}
		catch (ExecutionException ex) {
			throw failure(ex.getCause());
		}
	}

	/** Queries on an interrupted thread are answered, too. */
	private static <T> T awaitUninterruptibly(FutureTask<T> task, Duration limit)
			throws TimeoutException, ExecutionException {
		boolean interrupted = false;
		long end = System.nanoTime() + limit.toNanos();
		try {
			while (true) {
				try {
					return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private IOException hangs() {
		return new IOException("the file system has not answered for %d s; see whether its mount hangs"
			.formatted(this.limit.toSeconds()));
	}

	private static IOException failure(@Nullable Throwable cause) {
		if (cause instanceof IOException ex) {
			return ex;
		}
		if (cause instanceof RuntimeException ex) {
			throw ex;
		}
		if (cause instanceof Error ex) {
			throw ex;
		}
		return new IOException(String.valueOf(cause), cause);
	}

}
