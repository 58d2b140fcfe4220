package io.github.nacosfailover.store.disk;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * What a write does to one data file.
 *
 * @param file name of the data file, relative to the failover directory
 * @param key its service
 * @param before digest of the content that it replaces, {@code null} if there was no file
 * @param after digest of its new content, {@code null} if it is deleted
 */
record FileStep(String file, ServiceKey key, @Nullable String before, @Nullable String after) {

}
