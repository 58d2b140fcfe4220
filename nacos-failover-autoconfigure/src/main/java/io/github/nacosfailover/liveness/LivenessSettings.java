package io.github.nacosfailover.liveness;

import java.time.Duration;

/**
 * Settings of liveness.
 *
 * @param mode how it is found out
 * @param interval pause between two probes of an instance
 * @param panic share of the instances below which silent ones are served
 */
public record LivenessSettings(LivenessMode mode, Duration interval, double panic) {

}
