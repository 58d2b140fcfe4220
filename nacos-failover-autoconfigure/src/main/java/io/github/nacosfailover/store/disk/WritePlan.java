package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import io.github.nacosfailover.store.archive.DocumentArchive;
import org.jspecify.annotations.Nullable;

/**
 * What one write does to the data files, and which of them it leaves alone. Several
 * threads may plan at once.
 */
final class WritePlan {

	private static final String BY_HAND = "its data file %s was not written by a snapshot and is left alone; "
			+ "delete the file, or take a snapshot with force";

	private static final String TOO_LARGE_NOW = "the backup of %s is larger than "
			+ "nacos.failover.disk.max-file-size (%d bytes); raise it";

	private static final String BY_LINK = "its data file %s is a symbolic link, and nothing is written through links; "
			+ "delete the link, or change what it leads to";

	private final DiskStore store;

	private final DirectoryDocuments documents;

	private final ArchivedBackups base;

	private final Map<ServiceKey, FoundBackup> found;

	private final Map<ServiceKey, String> kept = new ConcurrentHashMap<>();

	private final Map<ServiceKey, PlannedFile> files = new ConcurrentHashMap<>();

	private final Map<ServiceKey, SavedBackup> adopted = new ConcurrentHashMap<>();

	/** Manually edited backups that are written again unchanged. */
	private final Set<ServiceKey> byOthers = ConcurrentHashMap.newKeySet();

	/** Contents of files that cannot be parsed. */
	private final Map<ServiceKey, byte[]> misunderstood = new ConcurrentHashMap<>();

	/**
	 * Creates an empty plan.
	 * @param store the store of the directory
	 * @param documents the documents in it
	 * @param base the backups of the last write
	 * @param found what there is for the services that are written or removed
	 */
	WritePlan(DiskStore store, DirectoryDocuments documents, ArchivedBackups base, Map<ServiceKey, FoundBackup> found) {
		this.store = store;
		this.documents = documents;
		this.base = base;
		this.found = found;
	}

	/**
	 * Why backups are not written.
	 * @return the reasons, by service
	 */
	Map<ServiceKey, String> kept() {
		return Map.copyOf(this.kept);
	}

	/**
	 * Records that a file was edited after it had been planned, and is left alone.
	 */
	void keep(PlannedFile file) {
		this.kept.put(file.key(), BY_HAND.formatted(file.step().file()));
	}

	/**
	 * Manually edited backups that have the content of the snapshot.
	 * @return the backups, by service
	 */
	Map<ServiceKey, SavedBackup> adopted() {
		return this.adopted;
	}

	/**
	 * Whether the backup of a service was manually edited, and is written again
	 * unchanged.
	 */
	boolean isByOthers(ServiceKey key) {
		return this.byOthers.contains(key);
	}

	/**
	 * The files that change.
	 * @param order the order of the services; others follow
	 * @return the files
	 */
	List<PlannedFile> files(Collection<ServiceKey> order) {
		Map<ServiceKey, PlannedFile> rest = new LinkedHashMap<>(this.files);
		List<PlannedFile> ordered = new ArrayList<>(rest.size());
		for (ServiceKey key : order) {
			PlannedFile file = rest.remove(key);
			if (file != null) {
				ordered.add(file);
			}
		}
		ordered.addAll(rest.values());
		return ordered;
	}

	/**
	 * The content that a file had.
	 * @param key its service
	 * @param digest its digest
	 * @return the content
	 * @throws IOException if it cannot be read
	 */
	byte[] previousContent(ServiceKey key, String digest) throws IOException {
		byte[] misunderstood = this.misunderstood.get(key);
		return (misunderstood != null) ? misunderstood : this.documents.read(digest);
	}

	/**
	 * Plans to write a lost file again, unless it is there.
	 */
	void writeBack(LostFile lost, NewFiles files) throws IOException {
		ServiceKey key = lost.backup().key();
		FoundBackup file = found(key);
		byte[] content = lost.backup().content();
		if (!file.isMissing() || content == null) {
			return;
		}
		if (!lost.ours()) {
			this.byOthers.add(key);
		}
		SavedBackup saved = new SavedBackup(BackupFormat.digest(content), lost.backup().instances(),
				lost.backup().healthy());
		write(key, file, content, saved, files);
	}

	private FoundBackup found(ServiceKey key) {
		return Objects.requireNonNull(this.found.get(key));
	}

	/**
	 * Plans to save a backup, unless somebody else has written the file.
	 */
	void save(Backup backup, boolean replaceManual, NewFiles files) throws IOException {
		ServiceKey key = backup.key();
		byte[] content = BackupFormat.write(backup);
		String fault = findFault(backup, content);
		if (fault != null) {
			this.kept.put(key, fault);
			return;
		}
		SavedBackup saved = SavedBackup.of(backup, content);
		FoundBackup file = found(key);
		String digest = file.digest();
		boolean ours = digest != null && this.base.isOurs(key, digest);
		if (saved.digest().equals(digest)) {
			if (!ours && replaceManual) {
				this.adopted.put(key, saved);
			}
			return;
		}
		if (file.isMissing() || ours || replaceManual) {
			write(key, file, content, saved, files);
			return;
		}
		this.kept.put(key, (digest != null) ? BY_HAND.formatted(file.file())
				: BY_HAND.formatted(file.file()) + " (the file: %s)".formatted(file.fault()));
	}

	private @Nullable String findFault(Backup backup, byte[] content) {
		if (content.length > this.store.files().maxFileSize()) {
			return DocumentArchive.TOO_LARGE.formatted(content.length, this.store.files().maxFileSize());
		}
		try {
			BackupFormat.check(backup);
			return null;
		}
		catch (InvalidBackupException ex) {
			return "it could not be read again: " + ex.getMessage();
		}
	}

	/**
	 * Plans to restore a backup.
	 */
	void restore(ServiceKey key, ArchivedBackup wanted, NewFiles files) throws IOException {
		FoundBackup file = found(key);
		if (!wanted.has(String.valueOf(file.digest()))) {
			byte[] content = this.documents.read(wanted.saved().digest());
			if (content.length > this.store.files().maxFileSize()) {
				throw new IOException(TOO_LARGE_NOW.formatted(key, this.store.files().maxFileSize()));
			}
			write(key, file, content, wanted.saved(), files);
		}
	}

	private void write(ServiceKey key, FoundBackup file, byte[] content, SavedBackup saved, NewFiles files)
			throws IOException {
		String name = file.file();
		if (name == null) {
			this.kept.put(key, "no file can have its name");
			return;
		}
		if (isLink(key, file)) {
			return;
		}
		String before = digestBefore(key, file);
		if (before == null && !file.isMissing()) {
			return;
		}
		this.files.put(key,
				new PlannedFile(new FileStep(name, key, before, saved.digest()), this.store.directory().resolve(name),
						file.signature(), new WrittenContent(saved, files.compress(content)), files.write(content)));
	}

	/** Symbolic links are never written through. */
	private boolean isLink(ServiceKey key, FoundBackup file) {
		boolean link = file.signature() != null && file.signature().link();
		if (link) {
			this.kept.put(key, BY_LINK.formatted(file.file()));
		}
		return link;
	}

	/**
	 * Plans to remove a file, unless somebody else has written it.
	 */
	void remove(ServiceKey key, boolean replaceManual) throws IOException {
		FoundBackup file = found(key);
		String name = file.file();
		if (name == null || file.isMissing()) {
			return;
		}
		String digest = file.digest();
		if (!replaceManual && (digest == null || !this.base.isOurs(key, digest))) {
			this.kept.put(key, BY_HAND.formatted(name));
			return;
		}
		String before = digestBefore(key, file);
		if (before != null) {
			this.files.put(key, new PlannedFile(new FileStep(name, key, before, null),
					this.store.directory().resolve(name), file.signature(), null, null));
		}
	}

	/**
	 * Digest of a file that is to be replaced, whose content is kept for an undo.
	 */
	private @Nullable String digestBefore(ServiceKey key, FoundBackup file) {
		String digest = file.digest();
		if (digest != null || file.isMissing()) {
			return digest;
		}
		try {
			byte[] content = RegularFile.read(this.store.directory().resolve(String.valueOf(file.file())));
			this.misunderstood.put(key, content);
			return BackupFormat.digest(content);
		}
		catch (IOException ex) {
			this.kept.put(key,
					"its data file %s cannot be replaced (%s); move it away".formatted(file.file(), file.fault()));
			return null;
		}
	}

}
