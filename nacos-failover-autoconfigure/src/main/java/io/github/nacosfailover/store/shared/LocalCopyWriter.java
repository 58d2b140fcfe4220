package io.github.nacosfailover.store.shared;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a local copy a little later than it is asked to, on a thread of its own: others
 * are about to apply the same change, on this machine or in the engine, and come first.
 */
final class LocalCopyWriter implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(LocalCopyWriter.class);

	private static final long MIN_DELAY_MILLIS = 500;

	private static final long MAX_DELAY_MILLIS = 2000;

	/**
	 * Generous, since a restart while the store is down depends on what is written here.
	 */
	private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);

	private final AtomicBoolean asked = new AtomicBoolean();

	private final ScheduledThreadPoolExecutor executor;

	private final Runnable copy;

	private volatile @Nullable String problem;

	/**
	 * Creates a new instance.
	 * @param threadName name of the thread
	 * @param copy writes the copy, if that is not what it should be
	 */
	LocalCopyWriter(String threadName, Runnable copy) {
		this.copy = copy;
		this.executor = new ScheduledThreadPoolExecutor(1, DaemonThreads.factory(threadName),
				new ThreadPoolExecutor.DiscardPolicy());
	}

	/**
	 * Asks for the copy to be written within two seconds, together with what comes until
	 * then.
	 */
	void soon() {
		if (this.asked.compareAndSet(false, true)) {
			this.executor.schedule(this::copy, ThreadLocalRandom.current().nextLong(MIN_DELAY_MILLIS, MAX_DELAY_MILLIS),
					TimeUnit.MILLISECONDS);
		}
	}

	private void copy() {
		this.asked.set(false);
		try {
			this.copy.run();
			this.problem = null;
		}
		catch (Throwable ex) {
			logger.warn("Failover: the local copy could not be written", ex);
			this.problem = "the local copy could not be written, which is tried again with the next change; the log tells "
					+ "more: " + ex.getClass().getName();
		}
	}

	/**
	 * Why the copy is not what it should be, but for a disk that refuses.
	 * @return the problem, or {@code null} if there is none
	 */
	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Writes the copy for the last time, and ends the thread. Nobody waits long for a
	 * disk that does not answer.
	 */
	@Override
	public void close() {
		if (this.executor.isShutdown()) {
			return;
		}
		try {
			this.executor.submit(this.copy).get(PATIENCE_AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Failover: the local copy could not be written at the end", ex);
		}
		finally {
			this.executor.shutdownNow();
		}
	}

}
