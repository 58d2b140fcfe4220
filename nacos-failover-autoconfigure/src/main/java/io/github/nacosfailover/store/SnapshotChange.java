package io.github.nacosfailover.store;

import java.util.Collection;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;

/**
 * What to write into an archive.
 *
 * @param id id of the generation, unless nothing changes
 * @param by who asks for it
 * @param backups the backups to write; one that is there already changes nothing
 * @param removed the services whose backup is to be removed
 * @param replaceManual whether backups that somebody else has written are replaced
 */
public record SnapshotChange(String id, String by, Collection<Backup> backups, Set<ServiceKey> removed,
		boolean replaceManual) {

}
