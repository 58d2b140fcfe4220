package io.github.nacosfailover.source;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs a problem when it comes, when it turns into another, and when it is gone; not each
 * time it is met. Not safe for use by several threads at once.
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
		if (Objects.equals(this.current, message)) {
			return;
		}
		this.current = message;
		if (message != null) {
			this.logger.warn("Failover: {}: {}", this.location, message);
		}
		else {
			this.logger.info("Failover: {}: all right again", this.location);
		}
	}

}
