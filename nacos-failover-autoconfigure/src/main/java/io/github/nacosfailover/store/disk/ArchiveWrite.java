package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.archive.ArchivedBackup;
import io.github.nacosfailover.store.archive.DocumentArchive;
import io.github.nacosfailover.store.archive.DocumentArchive.ProposedSnapshot;
import io.github.nacosfailover.store.archive.SnapshotManifest;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One write of data files and the snapshot that it makes. Used once, by whoever has the
 * {@link DirectoryLock}.
 * <p>
 * First the new files are put where nobody looks. Then the documents are written, which
 * is the commit and the promise to finish: they say what becomes of which file. At last
 * the files are moved. A process that finds files behind the documents finishes that: see
 * {@link Projection}.
 */
final class ArchiveWrite {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveWrite.class);

	private static final int ATTEMPTS = 20;

	private static final String BY_HAND = "its data file %s was not written by a snapshot and is left alone; "
			+ "delete the file, or take a snapshot with force";

	private static final String TOO_LARGE_NOW = "the backup of %s is larger than "
			+ "nacos.failover.disk.max-file-size (%d bytes); raise it";

	private static final String BY_LINK = "its data file %s is a symbolic link, and nothing is written through links; "
			+ "delete the link, or change what it leads to";

	private final DiskStore store;

	private final DirectoryDocuments documents;

	private final DocumentArchive archive;

	private final Path work;

	private final String by;

	private final Map<ServiceKey, String> kept = new ConcurrentHashMap<>();

	private final Map<ServiceKey, PlannedFile> files = new ConcurrentHashMap<>();

	/** Backups of others that are the same as ours would be. */
	private final Map<ServiceKey, SavedBackup> adopted = new ConcurrentHashMap<>();

	/** Backups of others that are written again as they were. */
	private final Set<ServiceKey> byOthers = ConcurrentHashMap.newKeySet();

	/** What files were that nobody can understand. */
	private final Map<ServiceKey, byte[]> misunderstood = new ConcurrentHashMap<>();

	private final ArchivedBackups base;

	/** New contents as they are stored, by hash. */
	private final Map<String, byte[]> contents = new HashMap<>();

	private final Map<String, Long> restoredSizes = new HashMap<>();

	private Map<ServiceKey, FoundBackup> found = Map.of();

	/**
	 * Create a write.
	 * @throws IOException if the backups of the last one cannot be read
	 */
	ArchiveWrite(DiskStore store, DirectoryDocuments documents, DocumentArchive archive, Path work, String by)
			throws IOException {
		this.store = store;
		this.documents = documents;
		this.archive = archive;
		this.work = work;
		this.by = by;
		this.store.refreshFully();
		this.base = documents.backups();
	}

	/**
	 * Writes what has changed.
	 * @param change what to write
	 * @return the result
	 * @throws IOException if it cannot be written; nothing has changed
	 */
	SnapshotResult write(SnapshotChange change) throws IOException {
		Map<ServiceKey, Backup> backups = new LinkedHashMap<>();
		change.backups().forEach((backup) -> backups.put(backup.key(), backup));
		Set<ServiceKey> removed = new LinkedHashSet<>(change.removed());
		removed.removeAll(backups.keySet());
		lookAt(backups.keySet(), removed);
		NewFiles.forEach(backups.values(), this.work, (backup, files) -> plan(backup, change.replaceManual(), files));
		for (ServiceKey key : removed) {
			planRemoval(key, change.replaceManual());
		}
		return commit(change.id(), backups.keySet(), Map.of());
	}

	/**
	 * Restores a snapshot.
	 * @param wanted its manifest
	 * @param exact whether services that it does not have are removed
	 * @param id id of the snapshot that this makes
	 * @return the result
	 * @throws IOException if it cannot be read or written; nothing has changed
	 */
	SnapshotResult restore(SnapshotManifest wanted, boolean exact, String id) throws IOException {
		Set<ServiceKey> removed = new LinkedHashSet<>();
		if (exact) {
			removed.addAll(this.store.found().keySet());
			removed.removeAll(wanted.services().keySet());
		}
		lookAt(wanted.services().keySet(), removed);
		this.restoredSizes.putAll(wanted.sizes());
		NewFiles.forEach(wanted.services().entrySet(), this.work,
				(entry, files) -> planRestore(entry.getKey(), entry.getValue(), files));
		for (ServiceKey key : removed) {
			planRemoval(key, true);
		}
		return commit(id, wanted.services().keySet(), wanted.services());
	}

	/**
	 * Writes files again that were lost, unless they are there.
	 * @param lost the files
	 * @param id id of the snapshot that this makes
	 * @return the result
	 * @throws IOException if they cannot be written; nothing has changed
	 */
	SnapshotResult writeBack(Collection<LostFile> lost, String id) throws IOException {
		Map<ServiceKey, LostFile> missing = new LinkedHashMap<>();
		List<LostFile> deleted = lost.stream().filter((file) -> file.wasDeletedSince(this.base)).toList();
		this.store.letGo(deleted);
		lost.stream()
			.filter((file) -> !deleted.contains(file))
			.forEach((file) -> missing.put(file.backup().key(), file));
		lookAt(missing.keySet(), Set.of());
		NewFiles.forEach(missing.values(), this.work, this::planLost);
		return commit(id, missing.keySet(), Map.of());
	}

	private void planLost(LostFile lost, NewFiles files) throws IOException {
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
		planContent(key, file, content, saved, files);
	}

	private void lookAt(Set<ServiceKey> written, Set<ServiceKey> removed) {
		Set<ServiceKey> keys = new LinkedHashSet<>(written);
		keys.addAll(removed);
		Path probe = this.store.directory().resolve(FailoverFileNames.OWN_DIRECTORY.toUpperCase(Locale.ROOT));
		boolean caseInsensitive = Files.exists(probe);
		this.found = this.store.find(keys,
				new DataFileNames(caseInsensitive, caseInsensitive ? this.store.fileNames() : Set.of()));
	}

	private FoundBackup found(ServiceKey key) {
		return Objects.requireNonNull(this.found.get(key));
	}

	private void plan(Backup backup, boolean replaceManual, NewFiles files) throws IOException {
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
			planContent(key, file, content, saved, files);
			return;
		}
		this.kept.put(key, (digest != null) ? BY_HAND.formatted(file.file())
				: BY_HAND.formatted(file.file()) + " (the file: %s)".formatted(file.fault()));
	}

	private @Nullable String findFault(Backup backup, byte[] content) {
		if (content.length > this.store.maxFileSize()) {
			return DocumentArchive.TOO_LARGE.formatted(content.length, this.store.maxFileSize());
		}
		try {
			BackupFormat.check(backup);
			return null;
		}
		catch (InvalidBackupException ex) {
			return "it could not be read again: " + ex.getMessage();
		}
	}

	private void planRestore(ServiceKey key, ArchivedBackup wanted, NewFiles files) throws IOException {
		FoundBackup file = found(key);
		if (!wanted.has(String.valueOf(file.digest()))) {
			byte[] content = this.documents.read(wanted.saved().digest());
			if (content.length > this.store.maxFileSize()) {
				throw new IOException(TOO_LARGE_NOW.formatted(key, this.store.maxFileSize()));
			}
			planContent(key, file, content, wanted.saved(), files);
		}
	}

	private void planContent(ServiceKey key, FoundBackup file, byte[] content, SavedBackup saved, NewFiles files)
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

	/** What a link leads to may be anything, and its writer is somebody else. */
	private boolean isLink(ServiceKey key, FoundBackup file) {
		boolean link = file.signature() != null && file.signature().link();
		if (link) {
			this.kept.put(key, BY_LINK.formatted(file.file()));
		}
		return link;
	}

	private void planRemoval(ServiceKey key, boolean replaceManual) throws IOException {
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
	 * Digest of a file that is to be replaced, after seeing to it that it could be put
	 * back.
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

	private SnapshotResult commit(String id, Collection<ServiceKey> order, Map<ServiceKey, ArchivedBackup> restored)
			throws IOException {
		Map<ServiceKey, FoundBackup> all = this.store.found();
		if (this.files.isEmpty() && this.adopted.isEmpty() && changesOfOwner(restored, all).isEmpty()) {
			return new SnapshotResult(null, Map.copyOf(this.kept));
		}
		Set<String> present = this.documents.presentContents();
		Map<ServiceKey, ArchivedBackup> backups = asItIs(all, present);
		if (this.files.keySet().stream().anyMatch((key) -> isAtRisk(key, all))) {
			write(id + "-before", backups, List.of());
		}
		List<PlannedFile> planned = inOrder(order);
		for (PlannedFile file : planned) {
			WrittenContent content = file.content();
			if (content == null) {
				backups.remove(file.key());
				continue;
			}
			ArchivedBackup wanted = restored.get(file.key());
			backups.put(file.key(), (wanted != null) ? wanted
					: new ArchivedBackup(content.saved(), this.byOthers.contains(file.key())));
			if (!present.contains(content.saved().digest())) {
				this.contents.put(content.saved().digest(), content.compressed());
			}
		}
		this.adopted
			.forEach((key, saved) -> backups.computeIfPresent(key, (same, backup) -> new ArchivedBackup(saved, false)));
		backups.putAll(changesOfOwner(restored, all));
		Snapshot snapshot = write(id, backups, planned);
		for (PlannedFile file : planned) {
			if (file.isLeftAlone()) {
				this.kept.put(file.key(), BY_HAND.formatted(file.step().file()));
			}
		}
		return new SnapshotResult(snapshot, Map.copyOf(this.kept));
	}

	/** Restored backups whose content is there already, but as that of somebody else. */
	private Map<ServiceKey, ArchivedBackup> changesOfOwner(Map<ServiceKey, ArchivedBackup> restored,
			Map<ServiceKey, FoundBackup> all) {
		Map<ServiceKey, ArchivedBackup> changes = new HashMap<>();
		restored.forEach((key, wanted) -> {
			FoundBackup file = all.get(key);
			String digest = (file != null) ? file.digest() : null;
			if (digest != null && wanted.has(digest) && this.base.isOurs(key, digest) == wanted.manual()) {
				changes.put(key, wanted);
			}
		});
		return changes;
	}

	/** Whether a content is about to go that was never recorded. */
	private boolean isAtRisk(ServiceKey key, Map<ServiceKey, FoundBackup> all) {
		FoundBackup file = all.get(key);
		String digest = (file != null) ? file.digest() : null;
		return digest != null && this.base.find(key, digest) == null;
	}

	/** What the directory has now, the contents of others among it. */
	private Map<ServiceKey, ArchivedBackup> asItIs(Map<ServiceKey, FoundBackup> all, Set<String> present)
			throws IOException {
		Map<ServiceKey, ArchivedBackup> backups = new HashMap<>();
		for (Map.Entry<ServiceKey, FoundBackup> entry : all.entrySet()) {
			DiskBackup backup = entry.getValue().backup();
			String digest = (backup != null) ? backup.digest() : null;
			if (backup == null || digest == null) {
				continue;
			}
			ArchivedBackup known = this.base.find(entry.getKey(), digest);
			if (known != null && present.contains(digest)) {
				backups.put(entry.getKey(), known);
				continue;
			}
			byte[] compressed = backup.compressed();
			if (compressed != null) {
				this.contents.put(digest, compressed);
				backups.put(entry.getKey(),
						new ArchivedBackup(new SavedBackup(digest, backup.instances(), backup.healthy()),
								known == null || known.manual()));
			}
		}
		return backups;
	}

	private List<PlannedFile> inOrder(Collection<ServiceKey> order) {
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

	private @Nullable Snapshot write(String id, Map<ServiceKey, ArchivedBackup> backups, List<PlannedFile> planned)
			throws IOException {
		List<FileStep> steps = planned.stream().map(PlannedFile::step).toList();
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			DocumentIndex before = this.documents.index();
			ProposedSnapshot proposed = this.archive.propose(before, id, this.by, backups, this.restoredSizes,
					(hash, batch) -> {
						byte[] compressed = this.contents.get(hash);
						return (compressed != null) ? batch.bringCompressed(hash, compressed) : -1;
					}, !planned.isEmpty());
			if (proposed == null) {
				return null;
			}
			bringLostContents(proposed.batch());
			DataFileLog.put(proposed.batch(), before, steps);
			if (write(before, proposed.batch(), planned, steps)) {
				return proposed.snapshot();
			}
		}
		throw new IOException("other processes write %s without end".formatted(this.documents.location()));
	}

	/**
	 * Contents of backups that are as they were, but are not among the documents any
	 * more.
	 */
	private void bringLostContents(WriteBatch batch) {
		this.contents.forEach((hash, content) -> {
			if (!batch.contents().containsKey(hash)) {
				batch.bringCompressed(hash, content);
			}
		});
	}

	private boolean write(DocumentIndex before, WriteBatch batch, List<PlannedFile> planned, List<FileStep> steps)
			throws IOException {
		long write = 0;
		this.store.beginWrite();
		try {
			if (!this.documents.write(before, batch)) {
				return false;
			}
			DocumentIndex after = this.documents.index();
			apply(planned, () -> undo(planned, batch.inverse(before)));
			Projection.forceDirectories(this.store.directory(), steps);
			write = DataFileLog.lastWrite(after);
			mark(write);
			return true;
		}
		finally {
			this.store.endWrite(DataFileLog.lastWrite(before), write, (write > 0) ? written(planned) : List.of());
		}
	}

	private List<WrittenFile> written(List<PlannedFile> planned) {
		return planned.stream().map((file) -> file.written(this.store.reader())).filter(Objects::nonNull).toList();
	}

	private void apply(List<PlannedFile> planned, Undo undo) throws IOException {
		try {
			ParallelFiles.forEach(planned, ParallelFiles.COMPUTING, (some) -> {
				for (PlannedFile file : some) {
					file.apply();
				}
			});
		}
		catch (IOException | RuntimeException | Error ex) {
			// An interrupted thread can neither read nor write.
			boolean interrupted = Thread.interrupted();
			try {
				undo.run();
			}
			catch (IOException | RuntimeException failure) {
				// The next write finishes what cannot be undone.
				ex.addSuppressed(failure);
			}
			finally {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
			}
			throw ex;
		}
	}

	/**
	 * Without the mark the files are compared with the documents once more, that is all.
	 */
	private void mark(long write) {
		try {
			this.documents.applied().write(write, false, Instant.MIN);
		}
		catch (IOException ex) {
			logger.debug("It is not recorded that data files in {} are in place", this.store.directory(), ex);
		}
	}

	private void undo(List<PlannedFile> planned, WriteBatch inverse) throws IOException {
		for (PlannedFile file : planned) {
			file.undo(this::previousContent, this.work);
		}
		// Another process may write its guard state meanwhile.
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			if (this.documents.write(this.documents.index(), inverse)) {
				return;
			}
		}
		throw new IOException("other processes write %s without end".formatted(this.documents.location()));
	}

	private byte[] previousContent(ServiceKey key, String digest) throws IOException {
		byte[] misunderstood = this.misunderstood.get(key);
		return (misunderstood != null) ? misunderstood : this.documents.read(digest);
	}

	/** Takes back what was written. */
	@FunctionalInterface
	private interface Undo {

		void run() throws IOException;

	}

}
