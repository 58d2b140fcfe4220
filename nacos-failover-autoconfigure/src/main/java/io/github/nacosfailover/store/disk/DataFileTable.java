package io.github.nacosfailover.store.disk;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the data files of a failover directory. Used under the lock of the
 * {@link DiskStore}, except for {@link #problems} and what {@link #missing()} allows.
 */
final class DataFileTable {

	private final FollowedFiles followed;

	/** Sorted by name, which decides between several files of one service. */
	private final Map<String, DataFile> entries = new ConcurrentSkipListMap<>();

	private final MissingFiles missing = new MissingFiles();

	/** Files that the starter is about to move away, which is no loss. */
	private final Set<String> leaving = new HashSet<>();

	private Map<ServiceKey, String> names = Map.of();

	/** What {@link #found()} last answered, until anything changes. */
	private @Nullable Map<ServiceKey, FoundBackup> found;

	/** Whether other backups are to be shown than before. */
	private boolean changed;

	private long version;

	private volatile Map<String, String> unused = Map.of();

	DataFileTable(FollowedFiles followed) {
		this.followed = followed;
	}

	/**
	 * The backups of what was found when files were last looked at.
	 * @param known the table as it was
	 * @return the table as it is, the same object if nothing has changed
	 */
	BackupTable backups(BackupTable known) {
		if (!this.changed) {
			return known;
		}
		this.changed = false;
		forgetReplaced();
		UsedFiles used = UsedFiles.of(this.entries, this.names.size());
		this.unused = used.unused();
		this.names = used.names();
		this.found = null;
		return BackupTable.of(used.backups());
	}

	/** Forgets lost files whose service has another file now. */
	private void forgetReplaced() {
		List<LostFile> lost = this.missing.lost();
		if (lost.isEmpty()) {
			return;
		}
		Set<ServiceKey> present = new HashSet<>();
		this.entries.forEach((name, entry) -> {
			if (entry.backup() != null && !this.missing.isLost(name)) {
				present.add(entry.backup().key());
			}
		});
		forgetLost(lost.stream().filter((file) -> present.contains(file.backup().key())).toList());
	}

	/**
	 * What is known of a file.
	 * @param name its name
	 * @return what is known, {@code null} if there was no such file
	 */
	@Nullable DataFile get(String name) {
		return this.entries.get(name);
	}

	Set<String> fileNames() {
		return this.entries.keySet();
	}

	/**
	 * Name of the file that is used for a service.
	 * @param key the service
	 * @return the name, {@code null} if there is none
	 */
	@Nullable String name(ServiceKey key) {
		return this.names.get(key);
	}

	FoundBackup found(String name) {
		DataFile entry = this.missing.has(name) ? null : this.entries.get(name);
		return (entry != null) ? new FoundBackup(name, entry.signature(), entry.backup(), entry.problem())
				: new FoundBackup(name, null, null, null);
	}

	/**
	 * What there was for every service when files were last looked at.
	 * @return the backups that are used, by service
	 */
	Map<ServiceKey, FoundBackup> found() {
		Map<ServiceKey, FoundBackup> known = this.found;
		if (known == null) {
			Map<ServiceKey, FoundBackup> found = new HashMap<>(2 * this.names.size());
			this.names.forEach((key, name) -> {
				if (!this.missing.has(name)) {
					found.put(key, found(name));
				}
			});
			known = Collections.unmodifiableMap(found);
			this.found = known;
		}
		return known;
	}

	/**
	 * Changes whenever something else is known of any file.
	 * @return a number
	 */
	long version() {
		return this.version;
	}

	private void touch() {
		this.version++;
		this.found = null;
	}

	/**
	 * Records what is known of a file.
	 * @param name its name
	 * @param file what is known
	 */
	void put(String name, DataFile file) {
		if (!file.equals(this.entries.put(name, file))) {
			touch();
		}
	}

	/**
	 * Records what is known of a file, the backup of which is to be shown.
	 * @param name its name
	 * @param file what is known
	 */
	void show(String name, DataFile file) {
		put(name, file);
		this.changed = true;
	}

	/** Records that a file is there. */
	void present(String name) {
		if (this.missing.isBack(name)) {
			touch();
		}
	}

	/**
	 * Whether the backup of a file is in use.
	 */
	boolean isKeptParsed(String name) {
		DataFile entry = this.entries.get(name);
		return entry != null && entry.backup() != null && entry.backup().isKeptParsed();
	}

	/**
	 * Records that a file is missing; whether it was deleted or lost is decided later.
	 */
	void vanish(String name) {
		DataFile entry = this.entries.get(name);
		if (entry == null || this.missing.isLost(name)) {
			return;
		}
		if (entry.backup() == null || this.leaving.contains(name)) {
			forget(name);
		}
		else if (this.missing.vanish(name)) {
			this.followed.stop(name);
			touch();
		}
	}

	/**
	 * Records files that are about to be moved away, so that they are not taken for lost.
	 * @param names names of the files, none when that is over
	 */
	void expectLeaving(Set<String> names) {
		this.leaving.clear();
		this.leaving.addAll(names);
	}

	/**
	 * Whether all files are missing, except for those with long names, which are in
	 * another directory.
	 */
	boolean isAllVanished() {
		return this.missing.vanished().stream().anyMatch((name) -> !DataFileNames.isLong(name))
				&& this.entries.entrySet()
					.stream()
					.filter((entry) -> !DataFileNames.isLong(entry.getKey()) && entry.getValue().backup() != null)
					.allMatch((entry) -> this.missing.has(entry.getKey()));
	}

	/**
	 * Forgets missing files, which were deleted on purpose.
	 * @return the services whose backups that were, in order
	 */
	List<ServiceKey> acceptDeleted() {
		List<ServiceKey> gone = new ArrayList<>();
		for (String name : this.missing.vanished()) {
			DataFile entry = this.entries.get(name);
			if (entry != null && entry.backup() != null) {
				gone.add(entry.backup().key());
			}
			forget(name);
		}
		Collections.sort(gone);
		return gone;
	}

	/**
	 * Forgets files that were deleted by a snapshot.
	 * @param names names of the files
	 */
	void acceptDeleted(Set<String> names) {
		this.missing.vanished().stream().filter(names::contains).forEach(this::forget);
	}

	/**
	 * Marks missing files as lost: their last known state is kept.
	 * @param known tells whose files they were
	 */
	void markLost(ArchivedBackups known) {
		for (String name : this.missing.vanished()) {
			DataFile entry = this.entries.get(name);
			DiskBackup backup = (entry != null) ? entry.backup() : null;
			String digest = (backup != null) ? backup.digest() : null;
			if (backup == null || digest == null) {
				forget(name);
				continue;
			}
			put(name, new DataFile(null, backup, null));
			ArchivedBackup archived = known.find(backup.key(), digest);
			this.missing.lose(name, new LostFile(backup, archived != null && !archived.manual(), known));
			touch();
		}
	}

	/**
	 * Forgets lost files that were deleted after all.
	 * @param files the files
	 */
	void forgetLost(Collection<LostFile> files) {
		this.missing.names(files).forEach(this::forget);
	}

	/** Records that a file is gone for good. */
	void forget(String name) {
		this.followed.stop(name);
		this.missing.isBack(name);
		DataFile entry = this.entries.remove(name);
		if (entry != null) {
			touch();
			this.changed |= entry.backup() != null;
		}
	}

	/**
	 * The files that are missing.
	 * @return the files
	 */
	MissingFiles missing() {
		return this.missing;
	}

	List<Problem> problems(Path directory) {
		List<Problem> problems = new ArrayList<>();
		Map<String, String> unused = this.unused;
		this.entries.forEach((name, entry) -> {
			String message = entry.describe();
			String used = unused.get(name);
			if (used != null) {
				message = "is not used: '%s' is for the same service; delete one of them".formatted(used);
			}
			if (message != null && !this.missing.hasVanished(name)) {
				problems.add(new Problem(directory + File.separator + name, message));
			}
		});
		problems.sort((one, other) -> one.location().compareTo(other.location()));
		return problems;
	}

}
