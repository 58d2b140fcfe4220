/**
 * What speaks against switching failover, and what happens when it is on for too long.
 */
@NullMarked
package io.github.nacosfailover.guard;

import org.jspecify.annotations.NullMarked;
