package io.github.nacosfailover.thread;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads that do not keep the JVM alive, with names that tell whose they are.
 */
public final class DaemonThreads {

	private static final long IDLE_SECONDS = 10;

	private DaemonThreads() {
	}

	/**
	 * A thread that is not started yet.
	 * @param name its name
	 * @param task what it does
	 * @return the thread
	 */
	public static Thread create(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * A factory of threads that have the same name.
	 * @param name their name
	 * @return the factory
	 */
	public static ThreadFactory factory(String name) {
		return (task) -> create(name, task);
	}

	/**
	 * A factory of threads that are told apart by a number.
	 * @param name their name, without the number
	 * @return the factory
	 */
	public static ThreadFactory numbered(String name) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> create(name + "-" + number.incrementAndGet(), task);
	}

	/**
	 * An executor whose threads end when they have had nothing to do for 10 s.
	 * @param name name of its threads
	 * @param threads how many there are at most
	 * @return the executor, whose queue has no bound
	 */
	public static ThreadPoolExecutor executor(String name, int threads) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), factory(name));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * An executor of delayed tasks with one thread, which ends when nothing was due for
	 * 10 s.
	 * @param name name of the thread
	 * @return the executor
	 */
	public static ScheduledThreadPoolExecutor idlingScheduler(String name) {
		ScheduledThreadPoolExecutor executor = scheduler(name);
		executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * Ends an executor.
	 * @param executor the executor
	 * @param patience how long it may go on with what it has been given
	 */
	public static void end(ExecutorService executor, Duration patience) {
		executor.shutdown();
		try {
			if (executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		executor.shutdownNow();
	}

	/**
	 * An executor of delayed tasks with one thread.
	 * @param name name of the thread
	 * @return the executor
	 */
	public static ScheduledThreadPoolExecutor scheduler(String name) {
		return new ScheduledThreadPoolExecutor(1, factory(name));
	}

}
