package io.github.nacosfailover.store;

import java.time.Instant;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * The backups that an archive had written at one instant.
 *
 * @param id its id, unique within the archive
 * @param at when it was made
 * @param by who asked for it: {@code snapshot} for those made by themselves
 * @param services number of services
 * @param instances number of their instances
 * @param pinned whether newer ones do not drive it out
 * @param added services that the one before did not have
 * @param changed services that the one before had with another content
 * @param removed services that only the one before had
 */
public record Snapshot(String id, Instant at, String by, int services, int instances, boolean pinned,
		Set<ServiceKey> added, Set<ServiceKey> changed, Set<ServiceKey> removed) {

}
