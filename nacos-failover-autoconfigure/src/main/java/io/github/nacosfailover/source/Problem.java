package io.github.nacosfailover.source;

import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.thread.Faults;

/**
 * A problem that an operator should resolve.
 *
 * @param location where: a file, or the name of a source
 * @param message what is wrong and what to do
 */
public record Problem(String location, String message) {

	/**
	 * Tells an operator of what has failed and was survived.
	 * @param faults what has failed
	 * @return the problems, none if all is right
	 */
	public static List<Problem> listOf(Faults faults) {
		List<Problem> problems = new ArrayList<>();
		faults.current()
			.forEach((activity, text) -> problems.add(new Problem(activity,
					"failed: %s; everything else goes on, the log has the details".formatted(text))));
		return problems;
	}

}
