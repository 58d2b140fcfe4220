package io.github.nacosfailover.thread;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a task repeatedly on a thread of its own until it is ended. Survives everything
 * that the task throws: the fault is recorded, and the task is run again after a pause,
 * which grows from 1 s to 30 s while it fails. That the task was interrupted, or has left
 * the thread interrupted, ends nothing either.
 */
public final class RepeatedTask {

	private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

	private final Faults faults;

	private final Task task;

	private final Thread thread;

	private volatile boolean woken;

	private volatile boolean ended;

	/**
	 * Creates it without starting it.
	 * @param name name of the thread, and of the activity if it fails
	 * @param faults takes what the task throws
	 * @param task the task
	 */
	public RepeatedTask(String name, Faults faults, Task task) {
		this.faults = faults;
		this.task = task;
		this.thread = DaemonThreads.create(name, this::repeat);
	}

	/** Begins; to be called once. */
	public void start() {
		this.thread.start();
	}

	/** Ends the pause there is, unless the task has failed. */
	public void wake() {
		this.woken = true;
		LockSupport.unpark(this.thread);
	}

	/** Lets the task finish, and not begin again. */
	public void end() {
		this.ended = true;
		wake();
	}

	/** Interrupts the task, and does not let it begin again. */
	public void interrupt() {
		this.ended = true;
		this.thread.interrupt();
	}

	/**
	 * Waits until the thread has ended.
	 * @param timeout how long to wait at most
	 */
	public void awaitEnd(Duration timeout) {
		try {
			this.thread.join(timeout.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void repeat() {
		long retry = FIRST_RETRY_NANOS;
		while (goesOn()) {
			this.woken = false;
			try {
				long pause = this.task.run();
				this.faults.worked(this.thread.getName());
				retry = FIRST_RETRY_NANOS;
				pause(pause, true);
			}
			catch (Throwable ex) {
				if (!this.ended) {
					this.faults.failed(this.thread.getName(), ex);
					pause(retry, false);
					retry = Math.min(LAST_RETRY_NANOS, 2 * retry);
				}
			}
		}
	}

	/**
	 * An interrupt that is not the end is left from the task, and no pause would last.
	 */
	private boolean goesOn() {
		Thread.interrupted();
		return !this.ended;
	}

	private void pause(long nanos, boolean untilWoken) {
		long end = System.nanoTime() + nanos;
		for (long left = nanos; left > 0 && goesOn(); left = end - System.nanoTime()) {
			if (untilWoken && this.woken) {
				return;
			}
			LockSupport.parkNanos(this, left);
		}
	}

	/** The repeated task. */
	@FunctionalInterface
	public interface Task {

		/**
		 * Runs one iteration.
		 * @return how long to pause afterwards, in nanoseconds
		 * @throws Exception if it fails
		 */
		long run() throws Exception;

	}

}
