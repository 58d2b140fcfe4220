package io.github.nacosfailover.store.shared;

import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.ProblemLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Whether the engine of a {@link SharedStore} answers, and the thread that follows it
 * works. Safe for use by any thread.
 */
final class EngineHealth {

	private final Logger logger;

	private final String location;

	private final ProblemLog problemLog;

	private volatile @Nullable String problem;

	/** Why the thread has not done all of its work when it last tried. */
	private volatile @Nullable String failure;

	EngineHealth(Logger logger, String location) {
		this.logger = logger;
		this.location = location;
		this.problemLog = new ProblemLog(logger, location);
	}

	/**
	 * Whether the engine did not answer when it was last asked.
	 */
	boolean isDown() {
		return this.problem != null;
	}

	void answered() {
		this.problem = null;
	}

	void down(Exception ex) {
		this.problem = "does not answer, so the last known switch and backups stay in use: " + ex.getMessage();
	}

	void log() {
		this.problemLog.update((this.problem != null) ? "down" : null, this.problem);
	}

	void worked() {
		this.failure = null;
	}

	/**
	 * Records what has kept the thread from its work, whatever that is.
	 */
	void failed(Throwable cause) {
		boolean isNew = this.failure == null;
		this.failure = "could not be looked after, which is tried again and again; the log tells more: "
				+ cause.getClass().getName();
		if (isNew) {
			try {
				this.logger.warn("Failover: {} could not be looked after", this.location, cause);
			}
			catch (Throwable ex) {
				// It cannot even be printed; the problem names its class.
			}
		}
	}

	List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		add(problems, this.problem);
		add(problems, this.failure);
		return problems;
	}

	private void add(List<Problem> problems, @Nullable String message) {
		if (message != null) {
			problems.add(new Problem(this.location, message));
		}
	}

}
