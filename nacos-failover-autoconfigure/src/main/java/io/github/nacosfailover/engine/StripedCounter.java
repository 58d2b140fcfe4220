package io.github.nacosfailover.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

import org.jspecify.annotations.Nullable;

/**
 * Counts without loss what many threads do, without making them wait for each other. A
 * single number until two threads meet at it, thereafter one per stripe of threads, far
 * enough apart not to share a cache line. A {@code LongAdder} does much the same, yet
 * keeps no more cells than there are processors: where two busy threads end up on one,
 * each query costs more than twice as much.
 */
final class StripedCounter {

	/** In numbers of 8 bytes: two lines, since processors fetch them in pairs. */
	private static final int DISTANCE = 16;

	private static final int MASK = stripes() - 1;

	private final AtomicLong together = new AtomicLong();

	private volatile @Nullable AtomicLongArray stripes;

	private static int stripes() {
		int processors = Math.min(8, Runtime.getRuntime().availableProcessors());
		return Integer.highestOneBit(processors * 4 - 1) * 2;
	}

	void increment() {
		AtomicLongArray stripes = this.stripes;
		if (stripes == null) {
			long count = this.together.get();
			if (this.together.compareAndSet(count, count + 1)) {
				return;
			}
			stripes = createStripes();
		}
		// Threads that are busy together mostly were created one after the other.
		int stripe = (int) Thread.currentThread().getId() & MASK;
		stripes.getAndIncrement((stripe + 1) * DISTANCE);
	}

	private synchronized AtomicLongArray createStripes() {
		AtomicLongArray stripes = this.stripes;
		if (stripes == null) {
			stripes = new AtomicLongArray((MASK + 2) * DISTANCE);
			this.stripes = stripes;
		}
		return stripes;
	}

	long sum() {
		long sum = this.together.get();
		AtomicLongArray stripes = this.stripes;
		if (stripes != null) {
			for (int i = DISTANCE; i <= (MASK + 1) * DISTANCE; i += DISTANCE) {
				sum += stripes.get(i);
			}
		}
		return sum;
	}

}
