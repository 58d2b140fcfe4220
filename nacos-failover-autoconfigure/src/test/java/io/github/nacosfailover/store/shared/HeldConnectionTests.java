package io.github.nacosfailover.store.shared;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link HeldConnection}.
 */
class HeldConnectionTests {

	private volatile Throwable failure;

	private final AtomicInteger attempts = new AtomicInteger();

	private final CountDownLatch end = new CountDownLatch(1);

	private final HeldConnection held = new HeldConnection("test-notices", this::hold);

	private void hold() throws Exception {
		this.attempts.incrementAndGet();
		if (this.failure instanceof Error error) {
			throw error;
		}
		if (this.failure instanceof Exception exception) {
			throw exception;
		}
		this.held.connected();
		this.end.await();
	}

	@Test
	void errorIsAProblemUntilAConnectionIsMade() {
		this.failure = new NoClassDefFoundError("on purpose");
		this.held.add((write) -> {
		});
		await().until(() -> this.attempts.get() > 1);
		assertThat(this.held.problems()).singleElement().asString().contains("on purpose", "connection");
		this.failure = null;
		await().until(() -> this.held.problems().isEmpty());
		this.held.close();
	}

	@Test
	void lostConnectionIsNoProblemOfItsOwn() {
		this.failure = new IllegalStateException("on purpose");
		this.held.add((write) -> {
		});
		await().until(() -> this.attempts.get() > 1);
		assertThat(this.held.problems()).isEmpty();
		this.held.close();
	}

	@Test
	void whatAListenerThrowsIsAProblemAndKeepsNothingFromOthers() {
		AtomicInteger told = new AtomicInteger();
		AtomicInteger failing = new AtomicInteger(1);
		this.held.add((write) -> {
			if (failing.getAndDecrement() > 0) {
				throw new StackOverflowError("on purpose");
			}
		});
		this.held.add((write) -> told.incrementAndGet());
		this.held.announce(null);
		assertThat(told).hasValue(1);
		assertThat(this.held.problems()).singleElement().asString().contains("on purpose", "listener");
		this.held.announce(null);
		assertThat(this.held.problems()).isEmpty();
		this.held.close();
	}

}
