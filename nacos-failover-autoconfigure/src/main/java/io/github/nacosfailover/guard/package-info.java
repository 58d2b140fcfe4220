/**
 * Guards against switching failover, and leases of switches.
 */
@NullMarked
package io.github.nacosfailover.guard;

import org.jspecify.annotations.NullMarked;
