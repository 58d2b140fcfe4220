package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import io.github.nacosfailover.exception.FailoverUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Threads that change switches at the same time.
 */
@ExtendWith(OutputCaptureExtension.class)
class SwitchTurnTests {

	@Test
	void changeThatDoesNotEndIsNamedAndShownInTheLog(CapturedOutput output) throws Exception {
		SwitchTurn turn = new SwitchTurn(Duration.ofMillis(100));
		CountDownLatch taken = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		Thread other = new Thread(() -> {
			turn.take();
			taken.countDown();
			awaitWithTheTurn(end);
			turn.release();
		}, "other");
		other.start();
		taken.await();
		assertThatExceptionOfType(FailoverUnavailableException.class).isThrownBy(turn::take)
			.withMessageContaining("on thread 'other'");
		assertThat(output).contains("Stack of thread 'other'").contains("awaitWithTheTurn");
		end.countDown();
		other.join();
		turn.take();
		turn.release();
	}

	private static void awaitWithTheTurn(CountDownLatch end) {
		try {
			end.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void interruptedThreadDoesNotChangeAnything() {
		SwitchTurn turn = new SwitchTurn(Duration.ofSeconds(20));
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(FailoverUnavailableException.class).isThrownBy(turn::take);
		assertThat(Thread.interrupted()).isTrue();
	}

}
