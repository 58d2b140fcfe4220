package io.github.nacosfailover.snapshot;

import java.time.Duration;

/**
 * When the rounds of a namespace are due, in nanoseconds of a clock that only runs
 * forward. Safe for use by any thread.
 */
final class RoundTimes {

	private static final long NEVER = Long.MAX_VALUE;

	private final SnapshotSettings settings;

	private final long origin = System.nanoTime();

	private long hints = NEVER;

	private long verification;

	private long watch = NEVER;

	RoundTimes(SnapshotSettings settings) {
		this.settings = settings;
		this.verification = settings.interval().toNanos();
	}

	private long after(Duration pause) {
		return System.nanoTime() - this.origin + pause.toNanos();
	}

	/**
	 * Takes note of a hint.
	 * @return whether rounds are due earlier than they were
	 */
	synchronized boolean hinted() {
		return hintsDueAfter(this.settings.delay());
	}

	/** Takes note that hints are left from a round that could not deal with them. */
	synchronized void postponed() {
		hintsDueAfter(this.settings.retryPause());
	}

	private boolean hintsDueAfter(Duration pause) {
		long at = after(pause);
		if (this.hints != NEVER && this.hints <= at) {
			return false;
		}
		this.hints = at;
		return true;
	}

	/** Takes note that anything may have changed. */
	synchronized void upset() {
		this.verification = Math.min(this.verification, after(this.settings.delay()));
	}

	/**
	 * Whether hints are due, and takes them for done if so.
	 */
	synchronized boolean takeHints() {
		boolean due = isDue(this.hints);
		this.hints = due ? NEVER : this.hints;
		return due;
	}

	/**
	 * Whether all services are due, and takes them for done if so.
	 */
	synchronized boolean takeVerification() {
		boolean due = isDue(this.verification);
		this.verification = due ? after(this.settings.interval()) : this.verification;
		return due;
	}

	/**
	 * Whether the services that the guard watches are due, and takes them for done if so.
	 */
	synchronized boolean takeWatch() {
		boolean due = isDue(this.watch);
		this.watch = due ? NEVER : this.watch;
		return due;
	}

	/**
	 * Takes note of whether the guard has anything to watch.
	 */
	synchronized void watching(boolean watching) {
		this.watch = !watching ? NEVER : Math.min(this.watch, after(this.settings.watchPause()));
	}

	private boolean isDue(long at) {
		return at != NEVER && at <= after(Duration.ZERO);
	}

	/**
	 * How long nothing is due.
	 * @return the time in nanoseconds
	 */
	synchronized long pause() {
		return Math.max(0, Math.min(this.hints, Math.min(this.verification, this.watch)) - after(Duration.ZERO));
	}

}
