/**
 * Finds out which addresses accept a TCP connection, with bounded sockets and time.
 */
@NullMarked
package io.github.nacosfailover.probe;

import org.jspecify.annotations.NullMarked;
