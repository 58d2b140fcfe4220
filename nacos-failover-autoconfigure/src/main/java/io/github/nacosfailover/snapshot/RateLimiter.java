package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Spreads questions to the server over time. Used by one thread.
 */
final class RateLimiter {

	private final long pauseNanos;

	private final BooleanSupplier hurry;

	private long next = System.nanoTime();

	/**
	 * Creates a pace.
	 * @param pause the least time from one question to the next
	 * @param hurry whether somebody waits, so that there is no pause
	 */
	RateLimiter(Duration pause, BooleanSupplier hurry) {
		this.pauseNanos = pause.toNanos();
		this.hurry = hurry;
	}

	/** Waits until the next question may be asked. */
	void await() {
		long now = System.nanoTime();
		while (this.next - now > 0 && !this.hurry.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, this.next - now);
			now = System.nanoTime();
		}
		this.next = now + this.pauseNanos;
	}

}
