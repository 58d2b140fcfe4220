package io.github.nacosfailover.store.disk;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a failover directory. Used under the lock of its {@link DiskStore},
 * but for {@link #problems()} and {@link #verifySome}.
 */
final class DataFiles {

	private static final String LAST_GOOD_STAYS = " (its last good version stays in use)";

	/** So few files are read at once, whoever else needs the processor. */
	private static final int FEW = 100;

	/** After so long without a file being needed, queries are not held up by reading. */
	private static final long QUIET = TimeUnit.SECONDS.toNanos(2);

	private final Path directory;

	private final DataFileReader reader;

	private final Map<String, DataFile> entries = new ConcurrentHashMap<>();

	private final Set<String> symbolicLinks = new HashSet<>();

	private final Map<String, Instant> settling = new HashMap<>();

	private final Queue<DiskBackup> unverified = new ConcurrentLinkedQueue<>();

	private volatile Map<String, String> unused = Map.of();

	DataFiles(Path directory, long maxFileSize) {
		this.directory = directory;
		this.reader = new DataFileReader(maxFileSize);
	}

	/**
	 * Looks at files again.
	 * @param names files that have changed for sure
	 * @param all whether to look at every file
	 * @param now the time
	 * @param known the table as it was
	 * @return the table as it is, the same object if nothing has changed
	 * @throws IOException if the directory cannot be listed
	 */
	BackupTable refresh(Set<String> names, boolean all, Instant now, BackupTable known) throws IOException {
		boolean changed = all && list(now);
		for (String name : candidates(names, now)) {
			changed |= lookAt(name, find(name), true, now);
		}
		for (String name : List.copyOf(this.symbolicLinks)) {
			changed |= lookAt(name, find(name), false, now);
		}
		return changed ? table() : known;
	}

	private Collection<String> candidates(Set<String> names, Instant now) {
		if (names.isEmpty() && this.settling.isEmpty()) {
			return Set.of();
		}
		Set<String> candidates = new HashSet<>();
		for (String name : names) {
			if (isDataFile(name)) {
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

	private boolean list(Instant now) throws IOException {
		boolean changed = false;
		Set<String> present = new HashSet<>();
		this.symbolicLinks.clear();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory)) {
			for (Path file : files) {
				String name = file.getFileName().toString();
				if (isDataFile(name)) {
					present.add(name);
					changed |= lookAt(name, file, false, now);
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		for (String name : List.copyOf(this.entries.keySet())) {
			if (!present.contains(name)) {
				// A file that is replaced meanwhile may be missing from the listing.
				changed |= lookAt(name, find(name), false, now);
			}
		}
		return changed;
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

	private static boolean isDataFile(String name) {
		return !name.equals(FailoverFileNames.SWITCH) && !FailoverFileNames.isIgnored(name);
	}

	/**
	 * Looks at one file.
	 * @param name its name
	 * @param file where it is, {@code null} if it cannot be there
	 * @param read whether to read it even if it looks unchanged
	 * @param now the time
	 * @return whether its backup has changed
	 */
	private boolean lookAt(String name, @Nullable Path file, boolean read, Instant now) {
		DataFile entry = this.entries.get(name);
		Instant settledAt = this.settling.get(name);
		if (settledAt != null && read && now.isAfter(settledAt)) {
			this.settling.remove(name);
		}
		try {
			FileSignature signature = (file != null) ? FileSignature.of(file) : null;
			if (file == null || signature == null || (signature.directory() && !isService(name))) {
				return forget(name);
			}
			if (signature.link()) {
				this.symbolicLinks.add(name);
			}
			if (signature.dangling() || signature.directory()) {
				return keep(name, entry, signature.dangling() ? "is a symbolic link to a file that does not exist"
						: "is a directory, so the client passes over it");
			}
			if (!read && entry != null && !entry.isUnreadable() && signature.equals(entry.signature())) {
				return false;
			}
			if (entry == null || !signature.equals(entry.signature())) {
				Instant settles = signature.settledAt(now);
				if (settles != null) {
					this.settling.put(name, settles);
				}
			}
			return update(name, file, entry, signature);
		}
		catch (IOException ex) {
			return keep(name, entry, "cannot be read: " + ex.getMessage());
		}
	}

	private static boolean isService(String name) {
		try {
			FailoverFileNames.decode(name);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	/** Keeps what there was of a file that cannot be looked at now. */
	private boolean keep(String name, @Nullable DataFile entry, String problem) {
		DiskBackup before = (entry != null) ? entry.backup() : null;
		this.entries.put(name,
				new DataFile(null, before, (before != null && before.isGood()) ? problem + LAST_GOOD_STAYS : problem));
		return false;
	}

	private boolean update(String name, Path file, @Nullable DataFile entry, FileSignature signature) {
		ServiceKey key;
		try {
			key = FailoverFileNames.decode(name);
		}
		catch (IllegalArgumentException ex) {
			this.entries.put(name, new DataFile(signature, null,
					"is not named after a service (%s); rename or move the file".formatted(ex.getMessage())));
			return false;
		}
		DiskBackup found = new DiskBackup(key, file, this.reader, signature.modified());
		DiskBackup before = (entry != null) ? entry.backup() : null;
		if (before != null && !before.isRead() && entry != null && signature.equals(entry.signature())) {
			return false;
		}
		if (before == null || !before.isRead()) {
			this.entries.put(name, new DataFile(signature, found, null));
			this.unverified.add(found);
			return true;
		}
		found.read(before.isKeptParsed());
		if (!found.isGood() && before.isGood()) {
			this.entries.put(name,
					new DataFile(found.isUnreadable() ? null : signature, before, found.problem() + LAST_GOOD_STAYS));
			return false;
		}
		if (found.sameContentAs(before)) {
			this.entries.put(name, new DataFile(signature, before, null));
			return false;
		}
		this.entries.put(name, new DataFile(signature, found, null));
		return found.isGood() || before.isGood();
	}

	private boolean forget(String name) {
		this.symbolicLinks.remove(name);
		this.settling.remove(name);
		DataFile entry = this.entries.remove(name);
		return entry != null && entry.backup() != null;
	}

	/** Of several files for one service the one with the documented name is used. */
	private BackupTable table() {
		Map<ServiceKey, DiskBackup> backups = new LinkedHashMap<>();
		Map<ServiceKey, String> names = new HashMap<>();
		Map<String, String> unused = new HashMap<>();
		new TreeMap<>(this.entries).forEach((name, entry) -> {
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
		this.unused = unused;
		return BackupTable.of(backups);
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
			if (message != null) {
				problems.add(new Problem(this.directory + File.separator + name, message));
			}
		});
		problems.sort((one, other) -> one.location().compareTo(other.location()));
		return problems;
	}

	/**
	 * Whether there are files to verify and it is the time for it: reading thousands of
	 * them would slow down an application that starts and needs them itself.
	 * @return whether to call {@link #verifySome}
	 */
	boolean isVerificationDue() {
		return !this.unverified.isEmpty() && (this.unverified.size() <= FEW || this.reader.idleNanos() >= QUIET);
	}

	boolean verifySome(long budgetNanos) {
		long end = System.nanoTime() + budgetNanos;
		DiskBackup next = this.unverified.poll();
		while (next != null) {
			next.read(false);
			if (System.nanoTime() > end) {
				return true;
			}
			next = this.unverified.poll();
		}
		return false;
	}

	boolean isSettling() {
		return !this.settling.isEmpty();
	}

}
