package io.github.nacosfailover.store.disk;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
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
 * The data files of a failover directory. Used under the lock of its {@link DiskStore},
 * but for {@link #problems()}, {@link #unverified()} and {@link #changedFiles()}.
 */
final class DataFiles {

	private static final String LAST_GOOD_STAYS = " (its last good version stays in use)";

	private final Path directory;

	private final DataFileReader reader;

	/** In the order of their names, which decides between several of one service. */
	private final Map<String, DataFile> entries = new ConcurrentSkipListMap<>();

	/** Files whose changes the file system does not report. */
	private final Set<String> unreported = new HashSet<>();

	private final Map<String, Instant> settling = new HashMap<>();

	private final UnverifiedFiles unverified;

	private final ChangedFiles changedFiles = new ChangedFiles();

	/** Written by us so long before they were moved that any change shows. */
	private final Set<String> certain = new HashSet<>();

	private final MissingFiles missing = new MissingFiles();

	/** Files that are being moved away by us, which is no loss. */
	private final Set<String> leaving = new HashSet<>();

	private Map<ServiceKey, ArchivedBackup> archived = Map.of();

	private Instant archivedAt = Instant.MIN;

	private Map<ServiceKey, String> names = Map.of();

	/** What {@link #found()} last answered, until anything changes. */
	private @Nullable Map<ServiceKey, FoundBackup> found;

	private boolean changed;

	private long version;

	private volatile Map<String, String> unused = Map.of();

	DataFiles(Path directory, long maxFileSize) {
		this.directory = directory;
		this.reader = new DataFileReader(maxFileSize);
		this.unverified = new UnverifiedFiles(this.reader);
	}

	/**
	 * Records what files have unless they were changed since, so that thousands of them
	 * need not be parsed to know it.
	 * @param archived what files had when a snapshot was made
	 * @param at when that was finished, by the clock of the file system
	 */
	void expect(Map<ServiceKey, ArchivedBackup> archived, Instant at) {
		this.archived = archived;
		this.archivedAt = at;
	}

	/**
	 * Looks at files again.
	 * @param names files that have changed for sure
	 * @param all whether to look at every file
	 * @param now the time
	 * @throws IOException if the directory cannot be listed
	 */
	void look(Set<String> names, boolean all, Instant now) throws IOException {
		if (all) {
			list(now);
		}
		for (String name : candidates(names, now)) {
			lookAt(name, find(name), true, now);
		}
		for (String name : List.copyOf(this.unreported)) {
			lookAt(name, find(name), false, now);
		}
	}

	/**
	 * The table of what was found when files were last looked at.
	 * @param known the table as it was
	 * @return the table as it is, the same object if nothing has changed
	 */
	BackupTable table(BackupTable known) {
		if (!this.changed) {
			return known;
		}
		this.changed = false;
		return table();
	}

	/**
	 * Looks at the file of a service again.
	 * @param key the service
	 * @param names chooses a name if there is no file
	 * @param now the time
	 * @return what there is
	 */
	FoundBackup find(ServiceKey key, DataFileNames names, Instant now) {
		String used = this.names.get(key);
		if (used != null) {
			lookAt(used, find(used), this.settling.containsKey(used), now);
			FoundBackup found = found(used);
			if (!found.isMissing()) {
				return found;
			}
			// A file of another name that is gone does not come back under that name.
		}
		return lookFor(names.choose(key), now);
	}

	private FoundBackup lookFor(@Nullable String name, Instant now) {
		if (name == null) {
			return new FoundBackup(null, null, null, null);
		}
		Path file = find(name);
		if (file != null && file.toFile().exists()) {
			lookAt(name, file, true, now);
		}
		return found(name);
	}

	private FoundBackup found(String name) {
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

	Set<String> fileNames() {
		return this.entries.keySet();
	}

	/**
	 * Records a file that was just written or deleted.
	 * @param written the file
	 * @param now the time
	 */
	void written(WrittenFile written, Instant now) {
		String name = written.file();
		if (written.backup() == null || written.signature() == null) {
			forget(name);
			return;
		}
		this.missing.isBack(name);
		this.changedFiles.remove(name);
		put(name, new DataFile(written.signature(), written.backup(), null));
		this.changed = true;
		if (DataFileNames.isLong(name)) {
			this.unreported.add(name);
		}
		if (written.signature().isMovedLongAfterChange()) {
			this.certain.add(name);
			return;
		}
		Instant settles = written.signature().settledAt(now);
		if (settles != null) {
			this.settling.put(name, settles);
		}
	}

	/**
	 * Changes whenever something else is known of any file.
	 * @return a number
	 */
	long version() {
		return this.version;
	}

	private void put(String name, DataFile file) {
		if (!file.equals(this.entries.put(name, file))) {
			this.version++;
			this.found = null;
		}
	}

	private Collection<String> candidates(Set<String> names, Instant now) {
		if (names.isEmpty() && this.settling.isEmpty()) {
			return Set.of();
		}
		Set<String> candidates = new HashSet<>();
		for (String name : names) {
			if (DataFileNames.isDataFile(name)) {
				candidates.add(name);
			}
		}
		this.settling.forEach((name, at) -> {
			if (now.isAfter(at)) {
				candidates.add(name);
			}
		});
		return candidates;
	}

	private void list(Instant now) throws IOException {
		Set<String> present = new HashSet<>();
		this.unreported.clear();
		list("", present, now);
		try {
			list(DataFileNames.LONG, present, now);
		}
		catch (NoSuchFileException | NotDirectoryException ex) {
			// Hardly any service has such a long name.
		}
		for (String name : List.copyOf(this.entries.keySet())) {
			if (!present.contains(name) && !this.missing.isLost(name)) {
				// A file that is replaced meanwhile may be missing from the listing.
				lookAt(name, find(name), false, now);
			}
		}
	}

	private void list(String prefix, Set<String> present, Instant now) throws IOException {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory.resolve(prefix))) {
			for (Path file : files) {
				String name = prefix + file.getFileName();
				if (DataFileNames.isDataFile(name)) {
					present.add(name);
					lookAt(name, file, false, now);
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
	}

	/**
	 * A name that the charset of the platform cannot express is found in listings only.
	 */
	private @Nullable Path find(String name) {
		try {
			return this.directory.resolve(name);
		}
		catch (InvalidPathException ex) {
			return null;
		}
	}

	/**
	 * Looks at one file.
	 * @param name its name
	 * @param file where it is, {@code null} if it cannot be there
	 * @param read whether to read it even if it looks unchanged
	 * @param now the time
	 */
	private void lookAt(String name, @Nullable Path file, boolean read, Instant now) {
		DataFile entry = this.entries.get(name);
		Instant settledAt = this.settling.get(name);
		if (settledAt != null && read && now.isAfter(settledAt)) {
			this.settling.remove(name);
		}
		try {
			FileSignature signature = (file != null) ? FileSignature.of(file) : null;
			if (file == null || signature == null || (signature.directory() && !DataFileNames.isService(name))) {
				vanish(name);
				return;
			}
			if (this.missing.isBack(name)) {
				this.version++;
				this.found = null;
			}
			if (signature.link() || DataFileNames.isLong(name)) {
				this.unreported.add(name);
			}
			String fault = fault(signature);
			if (fault != null) {
				keep(name, entry, fault);
				return;
			}
			if (entry != null && !entry.isUnreadable() && signature.equals(entry.signature())
					&& (!read || this.certain.contains(name))) {
				return;
			}
			this.certain.remove(name);
			if (entry == null || !signature.equals(entry.signature())) {
				Instant settles = signature.settledAt(now);
				if (settles != null) {
					this.settling.put(name, settles);
				}
			}
			update(name, file, entry, signature);
		}
		catch (IOException ex) {
			keep(name, entry, "cannot be read: " + ReadFailure.explain(ex));
		}
	}

	private static @Nullable String fault(FileSignature signature) {
		if (signature.dangling()) {
			return "is a symbolic link to a file that does not exist";
		}
		if (signature.special()) {
			return "is a named pipe, a socket or a device, which is never opened; put a regular file in its place";
		}
		return signature.directory() ? "is a directory, so the client passes over it" : null;
	}

	/** Keeps what there was of a file that cannot be looked at now. */
	private void keep(String name, @Nullable DataFile entry, String problem) {
		DiskBackup before = (entry != null) ? entry.backup() : null;
		put(name,
				new DataFile(null, before, (before != null && before.isGood()) ? problem + LAST_GOOD_STAYS : problem));
	}

	private void update(String name, Path file, @Nullable DataFile entry, FileSignature signature) throws IOException {
		ServiceKey key;
		try {
			key = this.reader.key(name, file);
		}
		catch (IllegalArgumentException ex) {
			put(name, new DataFile(signature, null,
					"is not named after a service (%s); rename or move the file".formatted(ex.getMessage())));
			return;
		}
		DiskBackup before = (entry != null) ? entry.backup() : null;
		if (entry == null || before == null || !before.isRead()) {
			if (entry == null || before == null || !signature.equals(entry.signature())) {
				DiskBackup found = version(key, file, signature);
				put(name, new DataFile(signature, found, null));
				this.unverified.add(found);
				this.changed = true;
			}
			return;
		}
		DiskBackup found = this.changedFiles.take(name, signature);
		if (found != null) {
			show(name, found, signature, before);
		}
		else {
			this.changedFiles.add(name, version(key, file, signature), signature, entry);
		}
	}

	private DiskBackup version(ServiceKey key, Path file, FileSignature signature) {
		ArchivedBackup archived = signature.changed().isAfter(this.archivedAt) ? null : this.archived.get(key);
		return new DiskBackup(key, file, this.reader, signature.modified(), archived);
	}

	/** Shows what was read, if it is good and different. */
	private void show(String name, DiskBackup found, FileSignature signature, DiskBackup before) {
		if (!found.isGood() && before.isGood()) {
			put(name, new DataFile(found.isUnreadable() ? null : signature, before, found.problem() + LAST_GOOD_STAYS));
			return;
		}
		if (found.sameContentAs(before)) {
			put(name, new DataFile(signature, before, null));
			return;
		}
		put(name, new DataFile(signature, found, null));
		this.changed |= found.isGood() || before.isGood();
	}

	/** Records that a file is not there; what that means is judged later. */
	private void vanish(String name) {
		DataFile entry = this.entries.get(name);
		if (entry == null || this.missing.isLost(name)) {
			return;
		}
		if (entry.backup() == null || this.leaving.contains(name)) {
			forget(name);
		}
		else if (this.missing.vanish(name)) {
			stopFollowing(name);
			this.version++;
			this.found = null;
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

	Path directory() {
		return this.directory;
	}

	/**
	 * Whether every file that there was has vanished. Those with long names are where
	 * nobody deletes them with the others.
	 */
	boolean isAllVanished() {
		return this.missing.vanished().stream().anyMatch((name) -> !DataFileNames.isLong(name))
				&& this.entries.entrySet()
					.stream()
					.filter((entry) -> !DataFileNames.isLong(entry.getKey()) && entry.getValue().backup() != null)
					.allMatch((entry) -> this.missing.has(entry.getKey()));
	}

	/**
	 * Lets go of what has vanished, as somebody wanted.
	 * @return the services whose backups that were, in order
	 */
	List<ServiceKey> believeVanished() {
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
	 * Lets go of what a snapshot has deleted.
	 * @param names names of the files
	 */
	void believeVanished(Set<String> names) {
		this.missing.vanished().stream().filter(names::contains).forEach(this::forget);
	}

	/**
	 * Keeps what has vanished, since nobody has deleted it.
	 * @param known tells whose files they were
	 */
	void loseVanished(ArchivedBackups known) {
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
			this.version++;
			this.found = null;
		}
	}

	/**
	 * Lets go of lost files that were deleted after all.
	 * @param files the files
	 */
	void letGo(Collection<LostFile> files) {
		this.missing.names(files).forEach(this::forget);
	}

	private void stopFollowing(String name) {
		this.unreported.remove(name);
		this.settling.remove(name);
		this.certain.remove(name);
		this.changedFiles.remove(name);
	}

	private void forget(String name) {
		stopFollowing(name);
		this.missing.isBack(name);
		DataFile entry = this.entries.remove(name);
		if (entry != null) {
			this.version++;
			this.found = null;
			this.changed |= entry.backup() != null;
		}
	}

	private BackupTable table() {
		forgetReplaced();
		UsedFiles used = UsedFiles.of(this.entries, this.names.size());
		this.unused = used.unused();
		this.names = used.names();
		this.found = null;
		return BackupTable.of(used.backups());
	}

	/** A lost file that has come back under another name is not lost any more. */
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
		letGo(lost.stream().filter((file) -> present.contains(file.backup().key())).toList());
	}

	List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		Map<String, String> unused = this.unused;
		this.entries.forEach((name, entry) -> {
			String message = entry.describe();
			String used = unused.get(name);
			if (used != null) {
				message = "is not used: '%s' is for the same service; delete one of them".formatted(used);
			}
			if (message != null && !this.missing.hasVanished(name)) {
				problems.add(new Problem(this.directory + File.separator + name, message));
			}
		});
		problems.sort((one, other) -> one.location().compareTo(other.location()));
		return problems;
	}

	/**
	 * The files that are not there any more.
	 * @return the files
	 */
	MissingFiles missing() {
		return this.missing;
	}

	DataFileReader reader() {
		return this.reader;
	}

	/**
	 * The files that have changed and are to be read. Safe for use by any thread.
	 * @return the files
	 */
	ChangedFiles changedFiles() {
		return this.changedFiles;
	}

	/**
	 * Whether the backup of a file is in use.
	 */
	boolean isKeptParsed(String name) {
		DataFile entry = this.entries.get(name);
		return entry != null && entry.backup() != null && entry.backup().isKeptParsed();
	}

	/**
	 * The files that nobody has read yet. Safe for use by any thread.
	 * @return the files
	 */
	UnverifiedFiles unverified() {
		return this.unverified;
	}

	boolean isSettling() {
		return !this.settling.isEmpty();
	}

}
