package io.github.nacosfailover.bridge;

import java.util.List;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Failures in calls from the Nacos client. They are never thrown to the client, which
 * would not start, or not answer.
 */
final class BridgeFaults {

	private static final Faults withoutEngine = new Faults(LoggerFactory.getLogger(BridgeFaults.class), "Nacos client");

	private BridgeFaults() {
	}

	/**
	 * Record a failure. Does not throw.
	 * @param engine the engine of the client, {@code null} if it has none
	 */
	static void failed(@Nullable FailoverEngine engine, String activity, Throwable fault) {
		FailoverEngine concerned = engine;
		try {
			concerned = (engine != null) ? engine : Bridges.oldest();
		}
		catch (Throwable ex) {
			// The class cannot be initialised, which may be the very fault.
		}
		((concerned != null) ? concerned.faults() : withoutEngine).failed(activity, fault);
	}

	/**
	 * Record that an activity has succeeded.
	 * @param engine the engine of the client, {@code null} if it has none
	 */
	static void worked(@Nullable FailoverEngine engine, String activity) {
		withoutEngine.worked(activity);
		FailoverEngine concerned = (engine != null) ? engine : Bridges.oldest();
		if (concerned != null) {
			concerned.faults().worked(activity);
		}
	}

	/** The failures while there was no engine, for engines created later. */
	static List<Problem> problems() {
		return Problem.listOf(withoutEngine);
	}

}
