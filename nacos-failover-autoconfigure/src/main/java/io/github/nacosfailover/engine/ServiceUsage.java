package io.github.nacosfailover.engine;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How often a service was asked for, and what from. Written by every query, so it must
 * cost next to nothing: the time is exact to a tenth of a second.
 */
public final class ServiceUsage {

	private static final long RESOLUTION_MILLIS = 100;

	private final StripedCounter fromBackup = new StripedCounter();

	private final StripedCounter fromLive = new StripedCounter();

	private volatile long last;

	private volatile boolean lastFromBackup;

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
