package io.github.nacosfailover.store.disk;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.archive.ArchivedBackup;

/**
 * Which backups of a directory a snapshot has written, and which somebody else has.
 *
 * @param version version of the data files it was found from
 * @param archived the backups it was found from
 * @param saved those of snapshots
 * @param manual those of others
 * @param unreadable why files among those cannot be used
 */
record Ownership(long version, ArchivedBackups archived, Map<ServiceKey, SavedBackup> saved, Set<ServiceKey> manual,
		Map<ServiceKey, String> unreadable) {

	private static final String UNREADABLE = "its data file %s cannot be used (%s); correct or delete it, or take a "
			+ "snapshot with force";

	/**
	 * Find out whose backups there are. While a write is under way both what a file was
	 * and what it will be are ours.
	 * @param found the data files
	 * @param lost those that are gone though nobody has deleted them
	 * @param version version of the data files
	 * @param archived the backups of the last write
	 * @param underWay what a write that is under way does
	 */
	static Ownership of(Map<ServiceKey, FoundBackup> found, Collection<LostFile> lost, long version,
			ArchivedBackups archived, List<FileStep> underWay) {
		Map<ServiceKey, String> before = new HashMap<>();
		underWay.forEach((step) -> before.put(step.key(), String.valueOf(step.before())));
		Map<ServiceKey, SavedBackup> saved = new HashMap<>();
		Set<ServiceKey> manual = new HashSet<>();
		Map<ServiceKey, String> unreadable = new HashMap<>();
		lost.forEach((file) -> {
			DiskBackup backup = file.backup();
			String digest = backup.digest();
			if (file.ours() && digest != null) {
				saved.put(backup.key(), new SavedBackup(digest, backup.instances(), backup.healthy()));
			}
			else {
				manual.add(backup.key());
			}
		});
		found.forEach((key, file) -> {
			String digest = file.digest();
			DiskBackup backup = file.backup();
			ArchivedBackup known = (digest != null) ? archived.find(key, digest) : null;
			if (known != null && !known.manual()) {
				saved.put(key, known.saved());
			}
			else if (digest != null && backup != null && digest.equals(before.get(key))) {
				saved.put(key, new SavedBackup(digest, backup.instances(), backup.healthy()));
			}
			else {
				manual.add(key);
				if (digest == null) {
					unreadable.put(key, UNREADABLE.formatted(file.file(), file.fault()));
				}
			}
		});
		return new Ownership(version, archived, Map.copyOf(saved), Set.copyOf(manual), Map.copyOf(unreadable));
	}

	boolean isOf(long version, ArchivedBackups archived) {
		return this.version == version && this.archived == archived;
	}

}
