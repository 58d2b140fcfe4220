package io.github.nacosfailover.store;

import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * The result of a write into an archive.
 *
 * @param snapshot the new snapshot, or {@code null} if nothing has changed
 * @param kept services whose backup was left as it is though it was to be written, each
 * with the reason, for people
 */
public record SnapshotResult(@Nullable Snapshot snapshot, Map<ServiceKey, String> kept) {

}
