package io.github.nacosfailover.store.disk;

import org.jspecify.annotations.Nullable;

/**
 * A data file as it was just written.
 *
 * @param file its name, relative to the failover directory
 * @param signature what it looks like, {@code null} if it was deleted
 * @param backup its content, {@code null} if it was deleted
 */
record WrittenFile(String file, @Nullable FileSignature signature, @Nullable DiskBackup backup) {

}
