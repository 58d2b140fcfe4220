/**
 * The state of failover: per namespace, what is served, and how it is switched.
 */
@NullMarked
package io.github.nacosfailover.engine;

import org.jspecify.annotations.NullMarked;
