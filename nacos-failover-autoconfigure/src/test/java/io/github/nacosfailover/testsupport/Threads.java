package io.github.nacosfailover.testsupport;

import java.util.List;

/**
 * The threads of this JVM, to see that none is left.
 */
public final class Threads {

	private Threads() {
	}

	/**
	 * Names of living threads.
	 * @param prefix what they start with
	 * @return the names
	 */
	public static List<String> named(String prefix) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith(prefix))
			.toList();
	}

}
