package io.github.nacosfailover.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StripedCounterTests {

	@Test
	void countsFromZero() {
		StripedCounter counter = new StripedCounter();
		assertThat(counter.sum()).isZero();
		counter.increment();
		counter.increment();
		assertThat(counter.sum()).isEqualTo(2);
	}

	@Test
	void losesNothingHoweverManyThreadsCount() throws Exception {
		StripedCounter counter = new StripedCounter();
		int threads = 50;
		CyclicBarrier together = new CyclicBarrier(threads);
		List<Thread> counting = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			Thread thread = new Thread(() -> {
				awaitUninterrupted(together);
				for (int count = 0; count < 20_000; count++) {
					counter.increment();
				}
			});
			thread.start();
			counting.add(thread);
		}
		for (Thread thread : counting) {
			thread.join();
		}
		assertThat(counter.sum()).isEqualTo(threads * 20_000L);
	}

	private static void awaitUninterrupted(CyclicBarrier barrier) {
		try {
			barrier.await();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
