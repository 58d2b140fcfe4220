package io.github.nacosfailover.nacosserver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Defaults of waiting in tests, which JUnit finds in all modules that use this one,
 * whether they have Awaitility or not. They are for the slowest machine and cost nothing
 * on any other: what is waited for is looked at all the time. A test sets a limit of its
 * own only if that is the point of it.
 */
public final class TestLimits implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		if (hasAwaitility()) {
			Defaults.set();
		}
	}

	private static boolean hasAwaitility() {
		try {
			Class.forName("org.awaitility.Awaitility");
			return true;
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	/** Loaded only where Awaitility is. */
	private static final class Defaults {

		private static final Duration AWAIT = Duration.ofMinutes(2);

		private static final int POLL_INTERVAL_MILLIS = 20;

		private Defaults() {
		}

		static void set() {
			Awaitility.setDefaultTimeout(AWAIT);
			Awaitility.setDefaultPollInterval(POLL_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
			Awaitility.setDefaultPollDelay(Duration.ZERO);
			// A condition would also fail with what any other thread throws, such as one
			// of a client that an earlier test class has closed, without its class
			// loader.
			Awaitility.doNotCatchUncaughtExceptionsByDefault();
		}

	}

}
