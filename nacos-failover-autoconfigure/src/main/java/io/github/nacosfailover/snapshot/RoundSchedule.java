package io.github.nacosfailover.snapshot;

import java.time.Duration;

/**
 * When the rounds of a namespace are due, in nanoseconds of a monotonic clock. Safe for
 * use by any thread.
 */
final class RoundSchedule {

	private static final long NEVER = Long.MAX_VALUE;

	private final SnapshotSettings settings;

	private final long origin = System.nanoTime();

	private long hints = NEVER;

	private long verification;

	private long watch = NEVER;

	RoundSchedule(SnapshotSettings settings) {
		this.settings = settings;
		this.verification = settings.interval().toNanos();
	}

	private long after(Duration pause) {
		return System.nanoTime() - this.origin + pause.toNanos();
	}

	/**
	 * Schedule a round for a hint.
	 * @return whether it is due earlier than any before
	 */
	synchronized boolean scheduleHints() {
		return scheduleHintsAfter(this.settings.delay());
	}

	/** Schedule a round for the hints that the last one could not process. */
	synchronized void scheduleRetry() {
		scheduleHintsAfter(this.settings.retryPause());
	}

	private boolean scheduleHintsAfter(Duration pause) {
		long at = after(pause);
		if (this.hints != NEVER && this.hints <= at) {
			return false;
		}
		this.hints = at;
		return true;
	}

	/** Schedule a round of all services soon. */
	synchronized void advanceVerification() {
		this.verification = Math.min(this.verification, after(this.settings.delay()));
	}

	/** Whether hints are due; if so, they are no longer. */
	synchronized boolean takeHints() {
		boolean due = isDue(this.hints);
		this.hints = due ? NEVER : this.hints;
		return due;
	}

	/** Whether all services are due; if so, not again until the interval has passed. */
	synchronized boolean takeVerification() {
		boolean due = isDue(this.verification);
		this.verification = due ? after(this.settings.interval()) : this.verification;
		return due;
	}

	/** Whether the services that the guard watches are due; if so, they are no longer. */
	synchronized boolean takeWatch() {
		boolean due = isDue(this.watch);
		this.watch = due ? NEVER : this.watch;
		return due;
	}

	/** Schedule a round for the services that the guard watches, or none. */
	synchronized void scheduleWatch(boolean anyWatched) {
		this.watch = !anyWatched ? NEVER : Math.min(this.watch, after(this.settings.watchPause()));
	}

	private boolean isDue(long at) {
		return at != NEVER && at <= after(Duration.ZERO);
	}

	/** Nanoseconds until something is due. */
	synchronized long pauseNanos() {
		return Math.max(0, Math.min(this.hints, Math.min(this.verification, this.watch)) - after(Duration.ZERO));
	}

}
