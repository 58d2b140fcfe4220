package io.github.nacosfailover.event;

import java.util.Set;

/**
 * Event: a snapshot was brought back.
 *
 * @param namespace the namespace
 * @param id id of the snapshot that was brought back
 * @param newId id of the one that this has made
 * @param by who asked for it
 * @param services services whose backup is new, another or gone
 */
public record SnapshotRestoredEvent(String namespace, String id, String newId, String by, Set<String> services) {

}
