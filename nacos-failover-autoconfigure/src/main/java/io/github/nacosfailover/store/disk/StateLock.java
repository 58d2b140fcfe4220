package io.github.nacosfailover.store.disk;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The lock under which the {@link DirectoryState} of a {@link DiskStore} changes. Who
 * listens to the store is called after it is released.
 */
final class StateLock {

	private final ReentrantLock lock = new ReentrantLock();

	private final Runnable onChange;

	/**
	 * Creates a lock.
	 * @param onChange called without the lock when something else is shown
	 */
	StateLock(Runnable onChange) {
		this.onChange = onChange;
	}

	/**
	 * Reads something under the lock.
	 * @param action what to read
	 * @param <T> what is read
	 * @return what the action returns
	 */
	<T> T get(Supplier<T> action) {
		this.lock.lock();
		try {
			return action.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Does something under the lock that changes nothing that is shown.
	 * @param action what to do
	 */
	void run(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Changes something under the lock.
	 * @param action returns whether something else is shown than before
	 * @return what the action returns
	 */
	boolean change(BooleanSupplier action) {
		boolean changed = get(action::getAsBoolean);
		if (changed) {
			dispatch();
		}
		return changed;
	}

	void acquire() {
		this.lock.lock();
	}

	/**
	 * Acquires the lock, unless somebody has it for too long.
	 * @param patience how long to wait
	 * @return whether it was acquired
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	boolean acquire(Duration patience) throws InterruptedException {
		return this.lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
	}

	void release() {
		this.lock.unlock();
	}

	/** Calls who listens, without the lock. */
	void dispatch() {
		this.onChange.run();
	}

}
