package io.github.nacosfailover.bridge;

import java.util.List;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What has failed of ours where the Nacos client calls us. The client never sees it: it
 * would not start, or not answer.
 */
final class BridgeFaults {

	private static final Faults ofNobody = new Faults(LoggerFactory.getLogger(BridgeFaults.class), "Nacos client");

	private BridgeFaults() {
	}

	/**
	 * Takes note of a failure. Does not throw.
	 * @param engine whose it is, {@code null} if it is nobody's
	 * @param activity what has failed
	 * @param fault what was thrown
	 */
	static void failed(@Nullable FailoverEngine engine, String activity, Throwable fault) {
		FailoverEngine concerned = engine;
		try {
			concerned = (engine != null) ? engine : Bridges.oldest();
		}
		catch (Throwable ex) {
			// The class itself cannot be used: the fault may well be that.
		}
		((concerned != null) ? concerned.faults() : ofNobody).failed(activity, fault);
	}

	/**
	 * Takes note that something has not failed.
	 * @param engine whose it is, {@code null} if it is nobody's
	 * @param activity what has worked
	 */
	static void worked(@Nullable FailoverEngine engine, String activity) {
		ofNobody.worked(activity);
		FailoverEngine concerned = (engine != null) ? engine : Bridges.oldest();
		if (concerned != null) {
			concerned.faults().worked(activity);
		}
	}

	/**
	 * What has failed while there was no engine.
	 * @return the problems, for those that come later
	 */
	static List<Problem> problems() {
		return Problem.listOf(ofNobody);
	}

}
