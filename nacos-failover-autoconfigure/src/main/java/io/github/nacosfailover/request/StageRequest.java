package io.github.nacosfailover.request;

import java.time.Duration;

/**
 * How a change of a shared switch is made in two steps: some of the instances apply it
 * first, and the others follow after a time in which nothing got worse.
 *
 * @param share which percentage of the instances applies it first, from 1 to 100, rounded
 * down, at least one instance
 * @param hold how long these are watched before the others follow, between 1 s and 1 day
 */
public record StageRequest(int share, Duration hold) {

	private static final int MAX_SHARE = 100;

	private static final Duration MIN_HOLD = Duration.ofSeconds(1);

	private static final Duration MAX_HOLD = Duration.ofDays(1);

	/**
	 * Creates a request.
	 * @throws IllegalArgumentException if a value is out of its range
	 */
	public StageRequest {
		if (share < 1 || share > MAX_SHARE) {
			throw new IllegalArgumentException(
					"'share' of 'stage' is out of range; give between 1% and 100%, like '10%'");
		}
		if (hold.compareTo(MIN_HOLD) < 0 || hold.compareTo(MAX_HOLD) > 0) {
			throw new IllegalArgumentException("'hold' of 'stage' is out of range; give between 1s and 1d, like '2m'");
		}
	}

}
