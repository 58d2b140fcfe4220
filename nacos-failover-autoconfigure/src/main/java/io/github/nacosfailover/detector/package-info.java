/**
 * Detects that the registry has lost instances that still answer, and keeps serving them.
 * {@link io.github.nacosfailover.detector.ServiceDetector} decides, without I/O and
 * without a clock of its own; everything else gathers evidence for it.
 */
@NullMarked
package io.github.nacosfailover.detector;

import org.jspecify.annotations.NullMarked;
