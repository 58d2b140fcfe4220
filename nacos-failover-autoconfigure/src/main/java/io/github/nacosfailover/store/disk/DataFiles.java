package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a failover directory. Used under the lock of its {@link DiskStore},
 * but for {@link #problems()} and {@link #verifySome}.
 */
final class DataFiles {

	private final Path directory;

	private final long maxFileSize;

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	private final Set<String> symbolicLinks = new HashSet<>();

	private final Map<String, Instant> settling = new HashMap<>();

	private final Queue<DiskBackup> unverified = new ConcurrentLinkedQueue<>();

	DataFiles(Path directory, long maxFileSize) {
		this.directory = directory;
		this.maxFileSize = maxFileSize;
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
		boolean changed = false;
		if (all || !this.entries.keySet().containsAll(names)) {
			changed = list(now);
		}
		for (String name : candidates(names, now)) {
			changed |= lookAt(name, true, now);
		}
		for (String name : List.copyOf(this.symbolicLinks)) {
			changed |= lookAt(name, false, now);
		}
		return changed ? table() : known;
	}

	private Collection<String> candidates(Set<String> names, Instant now) {
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
					changed |= lookAt(name, false, now);
				}
			}
		}
		catch (java.nio.file.DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		for (String name : List.copyOf(this.entries.keySet())) {
			if (!present.contains(name)) {
				changed |= forget(name);
			}
		}
		return changed;
	}

	private static boolean isDataFile(String name) {
		return !name.equals(FailoverFileNames.SWITCH) && !FailoverFileNames.isIgnored(name);
	}

	/**
	 * Looks at one file.
	 * @param name its name
	 * @param read whether to read it even if it looks unchanged
	 * @param now the time
	 * @return whether its backup has changed
	 */
	private boolean lookAt(String name, boolean read, Instant now) {
		Path file = this.directory.resolve(name);
		Entry entry = this.entries.get(name);
		Instant settledAt = this.settling.get(name);
		if (settledAt != null && read && now.isAfter(settledAt)) {
			this.settling.remove(name);
		}
		try {
			FileSignature signature = FileSignature.of(file);
			if (signature == null || signature.directory()) {
				return forget(name);
			}
			if (Files.isSymbolicLink(file)) {
				this.symbolicLinks.add(name);
			}
			if (!read && entry != null && entry.problem == null && signature.equals(entry.signature)) {
				return false;
			}
			if (entry == null || !signature.equals(entry.signature)) {
				Instant settles = signature.settledAt(now);
				if (settles != null) {
					this.settling.put(name, settles);
				}
			}
			return update(name, file, entry, signature);
		}
		catch (IOException ex) {
			if (entry != null) {
				entry.problem = "cannot be read, the last good version stays in use: " + ex;
			}
			else {
				this.entries.put(name, new Entry(null, null, "cannot be read: " + ex));
			}
			return false;
		}
	}

	private boolean update(String name, Path file, @Nullable Entry entry, FileSignature signature) {
		ServiceKey key;
		try {
			key = FailoverFileNames.decode(name);
		}
		catch (IllegalArgumentException ex) {
			this.entries.put(name, new Entry(signature, null,
					"is not named after a service (%s); rename or move the file".formatted(ex.getMessage())));
			return false;
		}
		DiskBackup found = new DiskBackup(key, file, this.maxFileSize, signature.modified());
		DiskBackup before = (entry != null) ? entry.backup : null;
		if (before != null && !before.isRead() && entry != null && signature.equals(entry.signature)) {
			return false;
		}
		if (before == null || !before.isRead()) {
			this.entries.put(name, new Entry(signature, found, null));
			this.unverified.add(found);
			return true;
		}
		found.read(before.isKeptParsed());
		if (!found.isGood() && before.isGood()) {
			this.entries.put(name,
					new Entry(signature, before, "%s (its last good version stays in use)".formatted(found.problem())));
			return false;
		}
		if (found.sameContentAs(before)) {
			this.entries.put(name, new Entry(signature, before, null));
			return false;
		}
		this.entries.put(name, new Entry(signature, found, null));
		return found.isGood() || before.isGood();
	}

	private boolean forget(String name) {
		this.symbolicLinks.remove(name);
		this.settling.remove(name);
		Entry entry = this.entries.remove(name);
		return entry != null && entry.backup != null;
	}

	private BackupTable table() {
		Map<ServiceKey, DiskBackup> backups = new LinkedHashMap<>();
		this.entries.forEach((name, entry) -> {
			DiskBackup backup = entry.backup;
			if (backup != null && (FailoverFileNames.encode(backup.key()).equals(name)
					|| !this.entries.containsKey(FailoverFileNames.encode(backup.key())))) {
				backups.put(backup.key(), backup);
			}
		});
		return BackupTable.of(backups);
	}

	List<Problem> problems() {
		List<Problem> problems = new ArrayList<>();
		this.entries.forEach((name, entry) -> {
			String message = entry.describe();
			if (message != null) {
				problems.add(new Problem(this.directory.resolve(name).toString(), message));
			}
		});
		problems.sort((one, other) -> one.location().compareTo(other.location()));
		return problems;
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
		return !this.settling.isEmpty() || !this.symbolicLinks.isEmpty();
	}

	/** What is known of one file. */
	private static final class Entry {

		private final @Nullable FileSignature signature;

		private final @Nullable DiskBackup backup;

		private volatile @Nullable String problem;

		Entry(@Nullable FileSignature signature, @Nullable DiskBackup backup, @Nullable String problem) {
			this.signature = signature;
			this.backup = backup;
			this.problem = problem;
		}

		@Nullable String describe() {
			return (this.problem != null || this.backup == null) ? this.problem : this.backup.problem();
		}

	}

}
