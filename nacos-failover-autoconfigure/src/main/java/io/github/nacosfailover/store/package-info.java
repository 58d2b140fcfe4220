/**
 * Stores: sources of failover that can be written.
 */
@NullMarked
package io.github.nacosfailover.store;

import org.jspecify.annotations.NullMarked;
