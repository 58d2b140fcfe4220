package io.github.nacosfailover.guard;

import java.time.Duration;

/**
 * From when on guards refuse a change of the switch.
 *
 * @param minCoverage share of the services in use that must have a backup, 0 to 1
 * @param minLive share of the healthy instances of a backup that must be live and
 * healthy, 0 to 1
 * @param settle how long a service that is not in use has to have the same number of live
 * instances until that counts as changed for good
 */
public record GuardSettings(double minCoverage, double minLive, Duration settle) {

}
