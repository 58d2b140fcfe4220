package io.github.nacosfailover.testsupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets an awaited condition fail for its own reasons only. Awaitility also fails with
 * what any other thread of the JVM throws, such as one of a client that an earlier test
 * class has closed, whose class loader is gone.
 */
public final class UncaughtExceptionsOfOthers implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

}
