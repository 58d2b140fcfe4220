package io.github.nacosfailover.source;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs a problem when it appears, changes and disappears, not each time it occurs. Safe
 * for use by any thread.
 */
public final class ProblemLog {

	private final Logger logger;

	private final String location;

	private @Nullable String current;

	public ProblemLog(Logger logger, String location) {
		this.logger = logger;
		this.location = location;
	}

	/**
	 * Tells what the problem is now.
	 * @param message the problem, or {@code null} if there is none
	 */
	public void update(@Nullable String message) {
		update(message, message);
	}

	/**
	 * Tells what the problem is now, where each occurrence has words of its own, a time
	 * or a number say.
	 * @param kind what stays the same while the problem does, or {@code null} if there is
	 * none
	 * @param message how it shows now
	 */
	public synchronized void update(@Nullable String kind, @Nullable String message) {
		if (Objects.equals(this.current, kind)) {
			return;
		}
		this.current = kind;
		if (kind != null) {
			this.logger.warn("Failover: {}: {}", this.location, message);
		}
		else {
			this.logger.info("Failover: {}: resolved", this.location);
		}
	}

}
