package io.github.nacosfailover.store.disk;

import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import org.jspecify.annotations.Nullable;

/**
 * The backups that data files had when they were last written or recorded.
 *
 * @param write revision of that write, 0 if there was none
 * @param backups the backups by service
 */
record ArchivedBackups(long write, Map<ServiceKey, ArchivedBackup> backups) {

	static final ArchivedBackups NONE = new ArchivedBackups(0, Map.of());

	@Nullable ArchivedBackup find(ServiceKey key, String digest) {
		ArchivedBackup backup = this.backups.get(key);
		return (backup != null && backup.has(digest)) ? backup : null;
	}

	/**
	 * Whether a content was written by a snapshot, as opposed to recorded as manually
	 * edited.
	 */
	boolean isOurs(ServiceKey key, String digest) {
		ArchivedBackup backup = find(key, digest);
		return backup != null && !backup.manual();
	}

}
