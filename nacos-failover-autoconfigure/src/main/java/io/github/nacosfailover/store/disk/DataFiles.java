package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the data files of a failover directory. Used under the lock of the
 * {@link DiskStore}, but for {@link #problems()}, {@link #unverified()} and
 * {@link #changed()}.
 */
final class DataFiles {

	private static final String LAST_GOOD_STAYS = " (its last good version stays in use)";

	private final Path directory;

	private final DataFileReader reader;

	private final UnverifiedFiles unverified;

	private final ChangedFiles changed = new ChangedFiles();

	private final FollowedFiles followed = new FollowedFiles(this.changed);

	private final DataFileTable table = new DataFileTable(this.followed);

	private Map<ServiceKey, ArchivedBackup> archived = Map.of();

	private Instant archivedAt = Instant.MIN;

	DataFiles(Path directory, long maxFileSize) {
		this.directory = directory;
		this.reader = new DataFileReader(maxFileSize);
		this.unverified = new UnverifiedFiles(this.reader);
	}

	/**
	 * What is known of the files.
	 * @return the table
	 */
	DataFileTable table() {
		return this.table;
	}

	DataFileReader reader() {
		return this.reader;
	}

	/**
	 * The files that nobody has read yet. Safe for use by any thread.
	 * @return the files
	 */
	UnverifiedFiles unverified() {
		return this.unverified;
	}

	/**
	 * The files that have changed and are to be read. Safe for use by any thread.
	 * @return the files
	 */
	ChangedFiles changed() {
		return this.changed;
	}

	/**
	 * Whether there are files to read. Safe for use by any thread.
	 */
	boolean hasUnread() {
		return this.changed.isAny() || this.unverified.isDue();
	}

	List<Problem> problems() {
		return this.table.problems(this.directory);
	}

	boolean isSettling() {
		return this.followed.isAnySettling();
	}

	/**
	 * Sets the expected content of files that have not changed since a time, so that they
	 * need not be parsed at start.
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
		for (String name : this.followed.unreported()) {
			lookAt(name, find(name), false, now);
		}
	}

	private Set<String> candidates(Set<String> names, Instant now) {
		Set<String> candidates = new HashSet<>();
		for (String name : names) {
			if (DataFileNames.isDataFile(name)) {
				candidates.add(name);
			}
		}
		this.followed.addSettled(candidates, now);
		return candidates;
	}

	/**
	 * Looks at the file of a service again.
	 * @param key the service
	 * @param names chooses a name if there is no file
	 * @param now the time
	 * @return what there is
	 */
	FoundBackup find(ServiceKey key, DataFileNames names, Instant now) {
		String used = this.table.name(key);
		if (used != null) {
			lookAt(used, find(used), this.followed.isSettling(used), now);
			FoundBackup found = this.table.found(used);
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
		return this.table.found(name);
	}

	/**
	 * Records a file that was just written or deleted.
	 * @param written the file
	 * @param now the time
	 */
	void written(WrittenFile written, Instant now) {
		String name = written.file();
		FileSignature signature = written.signature();
		if (written.backup() == null || signature == null) {
			this.table.forget(name);
			return;
		}
		this.table.present(name);
		this.changed.remove(name);
		this.table.show(name, new DataFile(signature, written.backup(), null));
		if (DataFileNames.isLong(name)) {
			this.followed.unreported(name);
		}
		if (signature.isMovedLongAfterChange()) {
			this.followed.certain(name);
		}
		else {
			this.followed.settle(name, signature, now);
		}
	}

	private void list(Instant now) throws IOException {
		Set<String> present = new HashSet<>();
		this.followed.forgetUnreported();
		list("", present, now);
		try {
			list(DataFileNames.LONG, present, now);
		}
		catch (NoSuchFileException | NotDirectoryException ex) {
			// The directory exists only if there are such names.
		}
		for (String name : List.copyOf(this.table.fileNames())) {
			if (!present.contains(name) && !this.table.missing().isLost(name)) {
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
	 * Names that the charset of the platform cannot express are found by listing only.
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
		DataFile entry = this.table.get(name);
		if (read) {
			this.followed.readAgain(name, now);
		}
		try {
			FileSignature signature = (file != null) ? FileSignature.of(file) : null;
			if (file == null || signature == null || (signature.directory() && !DataFileNames.isService(name))) {
				this.table.vanish(name);
				return;
			}
			this.table.present(name);
			if (signature.link() || DataFileNames.isLong(name)) {
				this.followed.unreported(name);
			}
			String fault = fault(signature);
			if (fault != null) {
				keep(name, entry, fault);
				return;
			}
			boolean same = entry != null && signature.equals(entry.signature());
			if (entry != null && !entry.isUnreadable() && same && (!read || this.followed.isCertain(name))) {
				return;
			}
			this.followed.uncertain(name);
			if (!same) {
				this.followed.settle(name, signature, now);
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
		this.table.put(name,
				new DataFile(null, before, (before != null && before.isGood()) ? problem + LAST_GOOD_STAYS : problem));
	}

	private void update(String name, Path file, @Nullable DataFile entry, FileSignature signature) throws IOException {
		ServiceKey key;
		try {
			key = this.reader.key(name, file);
		}
		catch (IllegalArgumentException ex) {
			this.table.put(name, new DataFile(signature, null,
					"is not named after a service (%s); rename or move the file".formatted(ex.getMessage())));
			return;
		}
		DiskBackup before = (entry != null) ? entry.backup() : null;
		if (entry == null || before == null || !before.isRead()) {
			if (entry == null || before == null || !signature.equals(entry.signature())) {
				DiskBackup found = version(key, file, signature);
				this.table.show(name, new DataFile(signature, found, null));
				this.unverified.add(found);
			}
			return;
		}
		DiskBackup found = this.changed.take(name, signature);
		if (found != null) {
			show(name, found, signature, before);
		}
		else {
			this.changed.add(name, version(key, file, signature), signature, entry);
		}
	}

	private DiskBackup version(ServiceKey key, Path file, FileSignature signature) {
		ArchivedBackup archived = signature.changed().isAfter(this.archivedAt) ? null : this.archived.get(key);
		return new DiskBackup(key, file, this.reader, signature.modified(), archived);
	}

	/** Shows what was read, if it is good and different. */
	private void show(String name, DiskBackup found, FileSignature signature, DiskBackup before) {
		if (!found.isGood() && before.isGood()) {
			this.table.put(name,
					new DataFile(found.isUnreadable() ? null : signature, before, found.problem() + LAST_GOOD_STAYS));
		}
		else if (found.sameContentAs(before)) {
			this.table.put(name, new DataFile(signature, before, null));
		}
		else if (found.isGood() || before.isGood()) {
			this.table.show(name, new DataFile(signature, found, null));
		}
		else {
			this.table.put(name, new DataFile(signature, found, null));
		}
	}

}
