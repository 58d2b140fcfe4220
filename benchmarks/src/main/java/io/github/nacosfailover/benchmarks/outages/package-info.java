/**
 * Replays incidents second by second against the detector of the starter and against
 * policies of others, re-implemented, under a virtual clock.
 */
@NullMarked
package io.github.nacosfailover.benchmarks.outages;

import org.jspecify.annotations.NullMarked;
