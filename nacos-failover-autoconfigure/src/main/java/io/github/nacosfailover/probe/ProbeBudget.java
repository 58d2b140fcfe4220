package io.github.nacosfailover.probe;

import java.util.concurrent.TimeUnit;

/**
 * Limits the connections of a process. Callers that get fewer than requested try again
 * later. Safe for use by any thread.
 */
public final class ProbeBudget {

	private final int perSecond;

	private double available;

	private long updated = System.nanoTime();

	public ProbeBudget(int perSecond) {
		this.perSecond = perSecond;
		this.available = perSecond;
	}

	/**
	 * Takes connections.
	 * @param wanted how many
	 * @return how many may be tried now
	 */
	public synchronized int take(int wanted) {
		long now = System.nanoTime();
		double elapsed = (now - this.updated) / (double) TimeUnit.SECONDS.toNanos(1);
		this.available = Math.min(this.perSecond, this.available + elapsed * this.perSecond);
		this.updated = now;
		int taken = Math.min(wanted, (int) this.available);
		this.available -= taken;
		return taken;
	}

}
