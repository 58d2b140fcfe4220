package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * How often a service was asked for, and what from. Written by every query, so it must
 * cost next to nothing: the time is exact to a tenth of a second. It exists from the
 * first query on, so a service that was asked for in vain has one without any count.
 */
public final class ServiceUsage {

	private static final long RESOLUTION_MILLIS = 100;

	private final StripedCounter fromBackup = new StripedCounter();

	private final StripedCounter fromLive = new StripedCounter();

	private volatile long last;

	private volatile boolean lastFromBackup;

	private volatile boolean known;

	private final AtomicLong inVain = new AtomicLong();

	private volatile boolean lastInVain;

	public void servedFromBackup() {
		this.fromBackup.increment();
		touch(true);
	}

	public void servedLive() {
		this.fromLive.increment();
		touch(false);
	}

	private void touch(boolean backup) {
		long now = System.currentTimeMillis();
		if (now - this.last >= RESOLUTION_MILLIS) {
			this.last = now;
		}
		if (this.lastFromBackup != backup) {
			this.lastFromBackup = backup;
		}
	}

	/**
	 * Records what a query has found.
	 * @param found whether it has found an instance
	 */
	public void answered(boolean found) {
		if (!found) {
			this.inVain.incrementAndGet();
		}
		if (this.lastInVain == found) {
			this.lastInVain = !found;
		}
	}

	/**
	 * Number of queries that have failed or found no instance.
	 * @return the number since the start
	 */
	public long inVain() {
		return this.inVain.get();
	}

	/**
	 * Whether the last query has failed or found no instance.
	 * @return {@code true} if it was in vain
	 */
	public boolean isLastInVain() {
		return this.lastInVain;
	}

	/**
	 * Whether any source has ever known the service: the server has reported an instance,
	 * there was a backup, or it was in use before. Otherwise it is but a name that
	 * somebody has asked for.
	 * @return {@code true} once one has
	 */
	public boolean isKnown() {
		return this.known;
	}

	/**
	 * Records that a source knows the service.
	 * @return whether that is new
	 */
	boolean becomeKnown() {
		boolean before = this.known;
		this.known = true;
		return !before;
	}

	public long fromBackup() {
		return this.fromBackup.sum();
	}

	public long fromLive() {
		return this.fromLive.sum();
	}

	public @Nullable Instant last() {
		long last = this.last;
		return (last != 0) ? Instant.ofEpochMilli(last) : null;
	}

	public boolean isLastFromBackup() {
		return this.lastFromBackup;
	}

}
