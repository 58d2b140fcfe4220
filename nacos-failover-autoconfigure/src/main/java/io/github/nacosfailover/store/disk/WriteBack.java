package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes again what a failover directory has lost, on a thread of its own, one attempt at
 * a time. Safe for use by any thread.
 */
final class WriteBack {

	private static final Logger logger = LoggerFactory.getLogger(WriteBack.class);

	/** Files written manually into a new directory take precedence. */
	private static final long QUIET = TimeUnit.SECONDS.toNanos(1);

	private static final long RETRY = TimeUnit.SECONDS.toNanos(2);

	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(10);

	private final DiskStore store;

	private final ReentrantLock lock = new ReentrantLock();

	private @Nullable FutureTask<Void> current;

	private long notBefore = System.nanoTime();

	private boolean closed;

	private volatile @Nullable String failure;

	WriteBack(DiskStore store) {
		this.store = store;
	}

	/** Records that the directory is being changed. */
	void disturbed() {
		this.lock.lock();
		try {
			this.notBefore = Math.max(this.notBefore, System.nanoTime() + QUIET);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Begins an attempt, if it is the time. */
	void beginIfDue() {
		this.lock.lock();
		try {
			if (!this.closed && System.nanoTime() >= this.notBefore) {
				begin();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begins an attempt now, and waits for it.
	 * @param patience how long to wait
	 */
	void runNow(Duration patience) {
		FutureTask<Void> attempt;
		this.lock.lock();
		try {
			attempt = begin();
		}
		finally {
			this.lock.unlock();
		}
		await(attempt, patience);
	}

	/** Waits a moment for an attempt that is under way, after which there is none. */
	void close() {
		FutureTask<Void> attempt;
		this.lock.lock();
		try {
			this.closed = true;
			attempt = this.current;
		}
		finally {
			this.lock.unlock();
		}
		if (attempt != null) {
			await(attempt, PATIENCE_AT_CLOSE);
		}
	}

	private void await(FutureTask<Void> attempt, Duration patience) {
		try {
			attempt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// It is tried again, and listed as a problem.
			logger.debug("What was lost in {} is not written yet", this.store.directory(), ex);
		}
	}

	private FutureTask<Void> begin() {
		FutureTask<Void> current = this.current;
		if (current != null && !current.isDone()) {
			return current;
		}
		FutureTask<Void> attempt = new FutureTask<>(this::attempt, null);
		this.current = attempt;
		this.notBefore = System.nanoTime() + RETRY;
		DaemonThreads.create("nacos-failover-write-back", attempt).start();
		return attempt;
	}

	private void attempt() {
		try {
			String lost = this.store.writeLost();
			this.failure = null;
			succeeded();
			if (lost != null) {
				logger.info("Failover: {}: written again after the loss: {}", this.store.directory(), lost);
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			this.failure = (ex instanceof IOException failure) ? WriteFailure.explain(failure) : ex.toString();
			logger.debug("What was lost in {} cannot be written", this.store.directory(), ex);
		}
	}

	private void succeeded() {
		this.lock.lock();
		try {
			this.notBefore = System.nanoTime();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Why the last attempt has failed.
	 * @return the reason, {@code null} if it has not
	 */
	@Nullable String failure() {
		return this.failure;
	}

}
