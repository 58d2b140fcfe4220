/**
 * Meters of failover.
 */
@NullMarked
package io.github.nacosfailover.actuate.metrics;

import org.jspecify.annotations.NullMarked;
