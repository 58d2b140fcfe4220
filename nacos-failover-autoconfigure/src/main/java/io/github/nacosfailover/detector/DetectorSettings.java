package io.github.nacosfailover.detector;

import java.time.Duration;

import io.github.nacosfailover.request.DetectorMode;

/**
 * Settings of the detector.
 *
 * @param mode what it does at the start
 * @param requireDrill whether it acts only if a drill has succeeded within 30 days
 * @param warmUp how long a process observes before it acts
 * @param rules the limits it decides by
 */
public record DetectorSettings(DetectorMode mode, boolean requireDrill, Duration warmUp, DetectorRules rules) {

}
