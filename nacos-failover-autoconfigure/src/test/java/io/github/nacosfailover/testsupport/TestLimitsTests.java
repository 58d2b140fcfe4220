package io.github.nacosfailover.testsupport;

import io.github.nacosfailover.nacosserver.TestLimits;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TestLimits}.
 */
class TestLimitsTests {

	@Test
	void awaitedConditionDoesNotFailWithAnExceptionOfAnotherThread() {
		Thread other = new Thread(() -> {
			throw new IllegalStateException("thrown by the thread of another test");
		});
		await().until(() -> {
			if (other.getState() == Thread.State.NEW) {
				other.start();
			}
			return other.getState() == Thread.State.TERMINATED;
		});
		assertThat(other.isAlive()).isFalse();
	}

}
