package io.github.nacosfailover.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;

/**
 * What to write into an archive.
 *
 * @param id id of the snapshot, unless nothing changes
 * @param by who asks for it
 * @param backups the backups to write; one that is there already changes nothing
 * @param removed the services whose backup is to be removed
 * @param replaceManual whether backups that somebody else has written are replaced
 */
public record SnapshotChange(String id, String by, Collection<Backup> backups, Set<ServiceKey> removed,
		boolean replaceManual) {

	/**
	 * This change without some services.
	 * @param left tells of a service whether it is left as it is; asked once per service
	 * @return a change of all others
	 */
	public SnapshotChange without(Predicate<ServiceKey> left) {
		List<Backup> written = new ArrayList<>(this.backups);
		Set<ServiceKey> gone = new LinkedHashSet<>(this.removed);
		written.removeIf((backup) -> left.test(backup.key()));
		gone.removeIf(left);
		return new SnapshotChange(this.id, this.by, written, gone, this.replaceManual);
	}

}
