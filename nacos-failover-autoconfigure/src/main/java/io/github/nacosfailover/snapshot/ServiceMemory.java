package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * What the guard remembers of a service, over restarts too. Time in here passes only
 * while the service is being looked at.
 */
final class ServiceMemory {

	private final Duration settle;

	/** Healthy instances of its backups. */
	private RecentMaximum backups;

	/** Healthy instances since it has shrunk, {@code null} while it has not. */
	private @Nullable RecentMaximum shrunk;

	private Duration shrunkFor = Duration.ZERO;

	/** How long ago its backup was brought back, {@code null} if that is over. */
	private @Nullable Duration restoredFor;

	ServiceMemory(Duration settle) {
		this.settle = settle;
		this.backups = new RecentMaximum(settle);
	}

	/** Lets time pass, in which the backup and the restore before it were in force. */
	void pass(int savedHealthy, Duration passed) {
		this.backups.observe(savedHealthy, passed);
		passSinceRestore(passed);
	}

	void passSinceRestore(Duration passed) {
		Duration restoredFor = this.restoredFor;
		if (restoredFor != null) {
			Duration now = restoredFor.plus(passed);
			this.restoredFor = (now.compareTo(this.settle) < 0) ? now : null;
		}
	}

	/**
	 * The most healthy instances that a backup has had lately.
	 */
	int mostHealthy() {
		return this.backups.get();
	}

	/**
	 * Takes note that the service has lost too much.
	 * @param healthy number of healthy instances left
	 * @param passed how long it was in the state before, for certain
	 */
	void shrunk(int healthy, Duration passed) {
		RecentMaximum shrunk = this.shrunk;
		if (shrunk == null || shrunk.isEmpty()) {
			shrunk = new RecentMaximum(this.settle);
			this.shrunk = shrunk;
			this.shrunkFor = Duration.ZERO;
		}
		else {
			this.shrunkFor = this.shrunkFor.plus(passed);
		}
		shrunk.observe(healthy, passed);
	}

	void recovered() {
		this.shrunk = null;
	}

	boolean isShrunk() {
		return this.shrunk != null;
	}

	/** Lets what has settled so far, and until the next look, count for nothing. */
	void startAgain() {
		if (this.shrunk != null) {
			this.shrunk = new RecentMaximum(this.settle);
			this.shrunkFor = Duration.ZERO;
		}
	}

	Duration shrunkFor() {
		return this.shrunkFor;
	}

	/**
	 * Whether the service has had no more healthy instances than now for long enough.
	 */
	boolean hasSettled(int healthy) {
		return this.shrunk != null && this.shrunkFor.compareTo(this.settle) >= 0 && this.shrunk.get() <= healthy;
	}

	void restored() {
		this.restoredFor = Duration.ZERO;
	}

	/** Goes by the later of two restores. */
	void restored(@Nullable Duration ago) {
		Duration restoredFor = this.restoredFor;
		if (ago != null && (restoredFor == null || ago.compareTo(restoredFor) < 0)) {
			this.restoredFor = ago;
		}
	}

	@Nullable Duration restoredFor() {
		return this.restoredFor;
	}

	/** Whether it makes no difference if this is forgotten. */
	boolean isIdle() {
		return this.shrunk == null && this.restoredFor == null && !this.backups.hasHigherThanNow();
	}

	/**
	 * What is true for other processes that use the same backup as well.
	 */
	ServiceMemory shared() {
		ServiceMemory shared = new ServiceMemory(this.settle);
		shared.backups = this.backups;
		shared.restoredFor = this.restoredFor;
		return shared;
	}

	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(";");
		text.add("backups=" + this.backups);
		if (this.shrunk != null) {
			text.add("shrunk=" + this.shrunk).add("shrunkFor=" + this.shrunkFor.toMillis());
		}
		if (this.restoredFor != null) {
			text.add("restoredFor=" + this.restoredFor.toMillis());
		}
		return text.toString();
	}

	/**
	 * Reads what {@link #toString()} has written, by whatever version.
	 * @return the memory, or {@code null} if it is damaged
	 */
	static @Nullable ServiceMemory parse(Duration settle, String text) {
		ServiceMemory memory = new ServiceMemory(settle);
		try {
			for (String part : text.split(";")) {
				String value = part.substring(part.indexOf('=') + 1);
				switch (part.substring(0, part.indexOf('='))) {
					case "backups" -> memory.backups = RecentMaximum.parse(settle, value);
					case "shrunk" -> memory.shrunk = RecentMaximum.parse(settle, value);
					case "shrunkFor" -> memory.shrunkFor = Duration.ofMillis(Long.parseLong(value));
					case "restoredFor" -> memory.restoredFor = Duration.ofMillis(Long.parseLong(value));
					default -> {
						// Of a later version.
					}
				}
			}
			return memory;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

}
