package io.github.nacosfailover.guard;

import java.time.Duration;

/**
 * Times of a stage of the switch.
 *
 * @param look pause between two looks at what the others say, longer in a large fleet
 * @param patience how long the first share may take to apply the switch, and to say at
 * the end of the hold that nothing got worse
 */
record StageTimes(Duration look, Duration patience) {

	static final StageTimes DEFAULT = new StageTimes(Duration.ofSeconds(1), Duration.ofSeconds(30));

}
