package io.github.nacosfailover.probe;

import java.util.concurrent.TimeUnit;

/**
 * How many connections a process may try. Whoever gets fewer than wanted comes back
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
	 * Takes a number of connections.
	 * @param wanted how many
	 * @return whether they may be tried now; if there are more than fit into a second,
	 * they may as soon as nothing else was tried for a second
	 */
	public synchronized boolean take(int wanted) {
		long now = System.nanoTime();
		double elapsed = (now - this.updated) / (double) TimeUnit.SECONDS.toNanos(1);
		this.available = Math.min(this.perSecond, this.available + elapsed * this.perSecond);
		this.updated = now;
		if (wanted > this.available && this.available < this.perSecond) {
			return false;
		}
		this.available -= wanted;
		return true;
	}

}
