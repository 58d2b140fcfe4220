package io.github.nacosfailover.event;

import java.util.Set;

/**
 * Event: a snapshot was taken that changed something.
 *
 * @param namespace the namespace
 * @param id its id
 * @param by who asked for it, {@code snapshot} if it came by itself
 * @param services services whose backup is new, another or gone
 */
public record SnapshotTakenEvent(String namespace, String id, String by, Set<String> services) {

}
