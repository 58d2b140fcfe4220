/**
 * Finds out which instances of a backup that is served do not accept calls, by probes and
 * by the failures of calls.
 */
@NullMarked
package io.github.nacosfailover.liveness;

import org.jspecify.annotations.NullMarked;
