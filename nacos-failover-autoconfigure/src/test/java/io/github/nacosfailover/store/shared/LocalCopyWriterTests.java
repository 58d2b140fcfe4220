package io.github.nacosfailover.store.shared;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LocalCopyWriter}.
 */
class LocalCopyWriterTests {

	private final AtomicInteger copies = new AtomicInteger();

	private final CountDownLatch diskAnswers = new CountDownLatch(1);

	@Test
	void copyIsWrittenOnceForAllWhoAskMeanwhile() {
		try (LocalCopyWriter copying = new LocalCopyWriter("copy-once", this.copies::incrementAndGet)) {
			copying.soon();
			copying.soon();
			await().untilAsserted(() -> assertThat(this.copies).hasValue(1));
			copying.soon();
			await().untilAsserted(() -> assertThat(this.copies).hasValue(2));
		}
	}

	@Test
	void copyIsWrittenAtTheEnd() {
		LocalCopyWriter copying = new LocalCopyWriter("copy-at-the-end", this.copies::incrementAndGet);
		copying.close();
		copying.soon();
		copying.close();
		assertThat(this.copies).hasValue(1);
		await().untilAsserted(() -> assertThat(threadNames()).doesNotContain("copy-at-the-end"));
	}

	@Test
	void copyIsTriedAgainAfterAFailure() {
		try (LocalCopyWriter copying = new LocalCopyWriter("copy-again", this::failFirst)) {
			copying.soon();
			await().untilAsserted(() -> assertThat(copying.problem()).contains("AssertionError"));
			copying.soon();
			await().untilAsserted(() -> assertThat(copying.problem()).isNull());
			assertThat(this.copies).hasValue(2);
		}
	}

	@Test
	void nobodyWaitsForADiskThatDoesNotAnswer() throws Exception {
		LocalCopyWriter copying = new LocalCopyWriter("copy-to-a-silent-disk", this::waitForTheDisk);
		copying.soon();
		await().untilAsserted(() -> assertThat(this.copies).hasValue(1));
		copying.soon();
		copying.close();
		assertThat(this.diskAnswers.getCount()).isEqualTo(1);
		this.diskAnswers.countDown();
		await().untilAsserted(() -> assertThat(threadNames()).doesNotContain("copy-to-a-silent-disk"));
	}

	private void failFirst() {
		if (this.copies.incrementAndGet() == 1) {
			throw new AssertionError("thrown by the test");
		}
	}

	private void waitForTheDisk() {
		this.copies.incrementAndGet();
		boolean answered = false;
		while (!answered) {
			try {
				this.diskAnswers.await();
				answered = true;
			}
			catch (InterruptedException ex) {
				// A call of the system cannot be interrupted, either.
			}
		}
	}

	private static Iterable<String> threadNames() {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
	}

}
