package io.github.nacosfailover.benchmarks.outages;

import java.util.Set;

/**
 * Chooses the addresses that calls go to. It is asked once a second.
 */
interface Policy {

	/**
	 * Chooses.
	 * @param second the second
	 * @param world what there is; a policy may only look at what a consumer can know
	 * @return the addresses
	 */
	Set<String> choose(int second, World world);

	/** Number of holds so far. */
	default int holds() {
		return 0;
	}

}
