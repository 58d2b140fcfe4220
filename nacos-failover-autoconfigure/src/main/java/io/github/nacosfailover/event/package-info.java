/**
 * Events of failover, published to the application and kept in the history of the switch.
 */
@NullMarked
package io.github.nacosfailover.event;

import org.jspecify.annotations.NullMarked;
