package io.github.nacosfailover.nacosserver;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Limits of waiting in tests, which JUnit finds in all modules that use this one. They
 * are for the slowest machine and cost nothing on any other: what is waited for is looked
 * at all the time. A test sets a limit of its own only if that is the point of it.
 */
public final class TestLimits implements BeforeAllCallback {

	/** What {@code await()} of Awaitility allows. */
	public static final Duration AWAIT = Duration.ofMinutes(2);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultTimeout(AWAIT);
		Awaitility.setDefaultPollInterval(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		Awaitility.setDefaultPollDelay(Duration.ZERO);
	}

}
