package io.github.nacosfailover.thread;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Failures of activities that must not affect their callers: calls of listeners, sources
 * and stores, and iterations of a loop. Everything that such a call throws is caught
 * here, {@code Error}s too: a loop that ends does so for the life of the process,
 * unnoticed. A fault stays listed until its activity works again. It is logged when it is
 * new, not each time it is met.
 * <p>
 * Safe for use by any thread. No method throws, but for {@link #worked} and
 * {@link #current} when the memory is exhausted.
 */
public final class Faults {

	private static final long LOGGED_AGAIN_AFTER_NANOS = Duration.ofMinutes(10).toNanos();

	/** Of one activity, so that one with ever new faults does not fill the memory. */
	private static final int MAX_KINDS = 20;

	private final Logger logger;

	private final String subject;

	/** When each kind of fault was last logged, by activity. */
	private final Map<String, Map<String, Long>> logged = new ConcurrentHashMap<>();

	private final Map<String, Fault> current = new ConcurrentHashMap<>();

	/**
	 * Creates a list without any fault.
	 * @param logger where faults are logged
	 * @param subject whose activities these are, for the log
	 */
	public Faults(Logger logger, String subject) {
		this.logger = logger;
		this.subject = subject;
	}

	/**
	 * Runs an action that may fail.
	 * @param activity what it is, the same each time
	 * @param action does it
	 * @return whether it did not fail
	 */
	public boolean run(String activity, Action action) {
		try {
			action.run();
			worked(activity);
			return true;
		}
		catch (Throwable ex) {
			failed(activity, ex);
			return false;
		}
	}

	/**
	 * Calls something that may fail.
	 * @param activity what it is, the same each time
	 * @param question asks
	 * @param <T> type of the answer
	 * @return the answer, {@code null} if it has failed
	 */
	public <T> @Nullable T ask(String activity, Callable<? extends @Nullable T> question) {
		try {
			T answer = question.call();
			worked(activity);
			return answer;
		}
		catch (Throwable ex) {
			failed(activity, ex);
			return null;
		}
	}

	/**
	 * Records that an activity has not failed.
	 * @param activity the activity
	 */
	public void worked(String activity) {
		if (this.current.isEmpty()) {
			return;
		}
		Fault fault = this.current.remove(activity);
		if (fault != null && fault.logged()) {
			this.logger.info("Failover: {}: {}: works again", this.subject, activity);
		}
	}

	/**
	 * Records that an activity has failed.
	 * @param activity the activity
	 * @param fault what it has thrown
	 */
	public void failed(String activity, Throwable fault) {
		try {
			String place = place(fault);
			boolean log = isToBeLogged(activity, fault.getClass().getName() + place);
			this.current.merge(activity, new Fault(describe(fault) + place, log),
					(before, now) -> new Fault(now.text(), before.logged() || now.logged()));
			if (log) {
				log(activity, fault);
			}
		}
		catch (Throwable ex) {
			// Out of memory, most probably: the next time it is met will do.
		}
	}

	private boolean isToBeLogged(String activity, String kind) {
		Map<String, Long> kinds = this.logged.computeIfAbsent(activity, (key) -> new LinkedHashMap<>());
		long now = System.nanoTime();
		synchronized (kinds) {
			Long last = kinds.get(kind);
			if (last != null && now - last < LOGGED_AGAIN_AFTER_NANOS) {
				return false;
			}
			if (last == null && kinds.size() >= MAX_KINDS) {
				kinds.remove(kinds.keySet().iterator().next());
			}
			kinds.put(kind, now);
			return true;
		}
	}

	private void log(String activity, Throwable fault) {
		try {
			this.logger.warn("Failover: {}: failure in {}; everything else goes on", this.subject, activity, fault);
		}
		catch (Throwable ex) {
			// One that cannot even be printed.
			this.logger.warn("Failover: {}: failure in {}; everything else goes on: {}", this.subject, activity,
					describe(fault));
		}
	}

	/**
	 * Returns the current faults.
	 * @return what has failed and how, by activity, sorted
	 */
	public Map<String, String> current() {
		if (this.current.isEmpty()) {
			return Map.of();
		}
		Map<String, String> texts = new TreeMap<>();
		this.current.forEach((activity, fault) -> texts.put(activity, fault.text()));
		return texts;
	}

	/**
	 * Class and message of a fault.
	 * @param fault the fault, which need not be able to tell its message
	 * @return the text
	 */
	public static String describe(Throwable fault) {
		try {
			return String.valueOf(fault.toString());
		}
		catch (Throwable ex) {
			return fault.getClass().getName() + " (its message cannot be told: " + ex.getClass().getName() + ")";
		}
	}

	/**
	 * Describes a failure in a sentence: what stores throw says all, without the class.
	 * @param fault the failure
	 * @return its message, or its class and message
	 */
	public static String explain(Throwable fault) {
		String message = (fault.getClass() == IOException.class) ? fault.getMessage() : null;
		return (message != null) ? message : describe(fault);
	}

	/**
	 * Names what was called by its class, in the same way each time.
	 * @param role what it is, a listener say
	 * @param called the object, of which nothing is asked
	 * @return the activity
	 */
	public static String activity(String role, Object called) {
		return role + " " + called.getClass().getName();
	}

	private static String place(Throwable fault) {
		try {
			StackTraceElement[] trace = fault.getStackTrace();
			return (trace != null && trace.length > 0) ? " at " + trace[0] : "";
		}
		catch (Throwable ex) {
			return "";
		}
	}

	/**
	 * How an activity has failed last.
	 *
	 * @param text what an operator should know
	 * @param logged whether it was logged since the activity last worked
	 */
	private record Fault(String text, boolean logged) {

	}

	/** Something that may throw anything. */
	@FunctionalInterface
	public interface Action {

		/**
		 * Does it.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

}
