package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Spreads queries of the server over time. Used by one thread.
 */
final class RateLimiter {

	private final long pauseNanos;

	private final BooleanSupplier hurry;

	private long next = System.nanoTime();

	/**
	 * Create a rate limiter.
	 * @param pause minimum time between two queries
	 * @param hurry whether a caller is waiting, so that there is no pause
	 */
	RateLimiter(Duration pause, BooleanSupplier hurry) {
		this.pauseNanos = pause.toNanos();
		this.hurry = hurry;
	}

	/** Wait until the next query may be sent. */
	void await() {
		long now = System.nanoTime();
		while (this.next - now > 0 && !this.hurry.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, this.next - now);
			now = System.nanoTime();
		}
		this.next = now + this.pauseNanos;
	}

}
