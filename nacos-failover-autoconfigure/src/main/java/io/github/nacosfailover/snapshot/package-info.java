/**
 * Snapshots: backups that are written by themselves, guarded against bad data, and
 * brought back.
 */
@NullMarked
package io.github.nacosfailover.snapshot;

import org.jspecify.annotations.NullMarked;
