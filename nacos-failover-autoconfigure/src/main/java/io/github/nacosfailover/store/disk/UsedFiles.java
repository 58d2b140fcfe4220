package io.github.nacosfailover.store.disk;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * The data files that are used. Of several files for one service it is the one with the
 * documented name.
 *
 * @param backups the backups, by service
 * @param names the names of their files, by service
 * @param unused the files that are not used, each with the one that is used instead
 */
record UsedFiles(Map<ServiceKey, DiskBackup> backups, Map<ServiceKey, String> names, Map<String, String> unused) {

	/**
	 * Chooses among files.
	 * @param entries the files by name, in the order that decides
	 * @param expected how many services there may be
	 * @return the files to use
	 */
	static UsedFiles of(Map<String, DataFile> entries, int expected) {
		Map<ServiceKey, DiskBackup> backups = new LinkedHashMap<>(2 * expected);
		Map<ServiceKey, String> names = new HashMap<>(2 * expected);
		Map<String, String> unused = new HashMap<>();
		entries.forEach((name, entry) -> {
			DiskBackup backup = entry.backup();
			if (backup == null) {
				return;
			}
			ServiceKey key = backup.key();
			String other = names.get(key);
			if (other != null && !name.equals(FailoverFileNames.encode(key))) {
				unused.put(name, other);
				return;
			}
			if (other != null) {
				unused.put(other, name);
			}
			names.put(key, name);
			backups.put(key, backup);
		});
		return new UsedFiles(backups, names, unused);
	}

}
