/**
 * Snapshots: backups are written automatically, guarded against bad data, and can be
 * restored.
 */
@NullMarked
package io.github.nacosfailover.snapshot;

import org.jspecify.annotations.NullMarked;
