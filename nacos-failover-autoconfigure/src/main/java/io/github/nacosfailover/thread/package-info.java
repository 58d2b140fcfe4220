/**
 * Daemon threads, and loops that survive failures of what they call. Depends on no other
 * package; all packages may use it.
 */
@NullMarked
package io.github.nacosfailover.thread;

import org.jspecify.annotations.NullMarked;
