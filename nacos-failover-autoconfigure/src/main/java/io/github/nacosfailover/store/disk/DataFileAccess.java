package io.github.nacosfailover.store.disk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * The data files of a failover directory for those who write them. Safe for use by any
 * thread.
 */
final class DataFileAccess {

	private static final int MAX_READS = 20;

	private final DirectoryState known;

	private final StateLock lock;

	private final long maxFileSize;

	DataFileAccess(DirectoryState known, StateLock lock, long maxFileSize) {
		this.known = known;
		this.lock = lock;
		this.maxFileSize = maxFileSize;
	}

	private DataFiles files() {
		return this.known.dataFiles();
	}

	private DataFileTable table() {
		return files().table();
	}

	DataFileReader reader() {
		return files().reader();
	}

	/**
	 * The largest size of a data file.
	 * @return the size in bytes
	 */
	long maxFileSize() {
		return this.maxFileSize;
	}

	/**
	 * Looks at the files of services again.
	 * @param keys the services
	 * @param names chooses names for those that have no file
	 * @return what there is
	 */
	Map<ServiceKey, FoundBackup> find(Collection<ServiceKey> keys, DataFileNames names) {
		Map<ServiceKey, FoundBackup> found = lookFor(keys, names);
		for (int read = 0; read < MAX_READS && !files().changed().read().isEmpty(); read++) {
			found = lookFor(keys, names);
		}
		return found;
	}

	private Map<ServiceKey, FoundBackup> lookFor(Collection<ServiceKey> keys, DataFileNames names) {
		Map<ServiceKey, FoundBackup> found = new HashMap<>();
		this.lock.change(() -> {
			Instant now = Instant.now();
			keys.forEach((key) -> found.put(key, files().find(key, names, now)));
			return !this.known.isUnpublished() && this.known.publishData();
		});
		return found;
	}

	/**
	 * What there was for every service when files were last looked at.
	 * @return the backups that are used, by service
	 */
	Map<ServiceKey, FoundBackup> found() {
		return this.lock.get(table()::found);
	}

	/**
	 * Names of the data files there were when they were last looked at.
	 * @return the names
	 */
	Set<String> names() {
		return this.lock.get(() -> new HashSet<>(table().fileNames()));
	}

	/**
	 * Changes whenever something else is known of any data file.
	 * @return a number
	 */
	long version() {
		return this.lock.get(table()::version);
	}

	/**
	 * What is gone without having been deleted.
	 * @return the data files
	 */
	List<LostFile> lost() {
		return table().missing().lost();
	}

	/**
	 * Forgets lost files that were deleted after all.
	 * @param lost the files
	 */
	void forgetLost(Collection<LostFile> lost) {
		this.lock.run(() -> table().forgetLost(lost));
	}

	/**
	 * Records files that are about to be moved away, so that they are not taken for lost.
	 * @param names names of the files, none when that is over
	 */
	void expectLeaving(Set<String> names) {
		this.lock.run(() -> table().expectLeaving(names));
	}

	/**
	 * Shows no data file that changes from here on, until {@link #endWrite}. Whatever the
	 * switch does is seen meanwhile.
	 */
	void beginWrite() {
		this.lock.run(this.known.progress()::begin);
	}

	/**
	 * Shows what was written, all at once.
	 * @param previous revision of the write before it
	 * @param write its revision, 0 if nothing was written after all
	 * @param written the files
	 */
	void endWrite(long previous, long write, Collection<WrittenFile> written) {
		inUse(written).forEach(DiskBackup::keepParsed);
		this.lock.change(() -> {
			Instant now = Instant.now();
			this.known.progress().end(previous, write);
			written.forEach((file) -> files().written(file, now));
			this.known.expectOwnChange();
			return this.known.publishData();
		});
	}

	private List<DiskBackup> inUse(Collection<WrittenFile> written) {
		return this.lock.get(() -> {
			List<DiskBackup> inUse = new ArrayList<>();
			for (WrittenFile file : written) {
				if (file.backup() != null && table().isKeptParsed(file.file())) {
					inUse.add(file.backup());
				}
			}
			return inUse;
		});
	}

}
