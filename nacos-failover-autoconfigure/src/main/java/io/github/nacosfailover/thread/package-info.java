/**
 * Threads of our own, and what they do when something that they call fails. Knows no
 * other package, and all may use it.
 */
@NullMarked
package io.github.nacosfailover.thread;

import org.jspecify.annotations.NullMarked;
