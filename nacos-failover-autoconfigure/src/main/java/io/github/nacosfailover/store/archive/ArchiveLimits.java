package io.github.nacosfailover.store.archive;

/**
 * What an archive may keep.
 *
 * @param snapshots number of snapshots, pinned ones not counted
 * @param maxSize size in bytes of all contents of a namespace, as they are stored, from
 * which on the oldest snapshots go
 * @param maxBackupSize size in bytes that the content of one backup may have
 */
public record ArchiveLimits(int snapshots, long maxSize, long maxBackupSize) {
}
