package io.github.nacosfailover.thread;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.nacosfailover.testsupport.Threads;
import io.github.nacosfailover.testsupport.Thrown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link RepeatedTask}.
 */
class RepeatedTaskTests {

	private static final String NAME = "nacos-failover-repeated-test";

	private static final long LONG = TimeUnit.DAYS.toNanos(1);

	private final Faults faults = new Faults(LoggerFactory.getLogger(RepeatedTaskTests.class), "test");

	private final AtomicInteger runs = new AtomicInteger();

	private RepeatedTask repeated;

	@AfterEach
	void end() {
		this.repeated.interrupt();
		await().until(() -> Threads.named(NAME).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, AssertionError.class, OutOfMemoryError.class,
			StackOverflowError.class, NoClassDefFoundError.class, InterruptedException.class })
	void survivesWhateverTheTaskThrowsAndListsIt(Class<? extends Throwable> type) {
		CountDownLatch seen = new CountDownLatch(1);
		start(() -> {
			if (this.runs.incrementAndGet() == 1) {
				Thrown.raise(type.getDeclaredConstructor().newInstance());
			}
			seen.await();
			return LONG;
		});
		await().until(() -> this.runs.get() == 2);
		assertThat(this.faults.current()).containsOnlyKeys(NAME);
		assertThat(this.faults.current().get(NAME)).contains(type.getName());
		seen.countDown();
		await().until(() -> this.faults.current().isEmpty());
	}

	@Test
	void anInterruptThatTheTaskLeavesNeitherEndsItNorLetsItSpin() {
		start(() -> {
			this.runs.incrementAndGet();
			Thread.currentThread().interrupt();
			return LONG;
		});
		await().until(() -> isPausing());
		assertThat(this.runs).hasValue(1);
		this.repeated.wake();
		await().until(() -> this.runs.get() == 2);
	}

	@Test
	void afterAFailureItPausesThoughItIsWoken() {
		start(() -> {
			this.runs.incrementAndGet();
			throw new AssertionError("on purpose");
		});
		await().until(() -> this.runs.get() == 1 && isPausing());
		for (int i = 0; i < 100; i++) {
			this.repeated.wake();
		}
		await().until(() -> this.runs.get() == 2);
		assertThat(this.faults.current().get(NAME)).contains("on purpose");
	}

	@Test
	void endLetsTheTaskFinishAndInterruptDoesNot() {
		CountDownLatch release = new CountDownLatch(1);
		start(() -> {
			this.runs.incrementAndGet();
			release.await();
			return LONG;
		});
		await().until(() -> this.runs.get() == 1);
		this.repeated.end();
		this.repeated.awaitEnd(Duration.ofMillis(10));
		assertThat(Threads.named(NAME)).hasSize(1);
		this.repeated.interrupt();
		await().until(() -> Threads.named(NAME).isEmpty());
		assertThat(this.faults.current()).isEmpty();
		assertThat(this.runs).hasValue(1);
	}

	private boolean isPausing() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals(NAME) && thread.getState() == Thread.State.TIMED_WAITING);
	}

	private void start(RepeatedTask.Task task) {
		this.repeated = new RepeatedTask(NAME, this.faults, task);
		this.repeated.start();
	}

}
