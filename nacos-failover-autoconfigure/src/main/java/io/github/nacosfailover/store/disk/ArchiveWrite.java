package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
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
 * First the new files are written to a temporary directory. Then the documents are
 * written, which is the commit: they include a redo log of the data files. Finally the
 * files are moved into place. If a process dies before that, another one rolls the data
 * files forward: see {@link Projection}.
 */
final class ArchiveWrite {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveWrite.class);

	private static final int ATTEMPTS = 20;

	private final DiskStore store;

	private final DirectoryDocuments documents;

	private final DocumentArchive archive;

	private final Path work;

	private final String by;

	private final ArchivedBackups base;

	/** New contents as they are stored, by hash. */
	private final Map<String, byte[]> contents = new HashMap<>();

	private final Map<String, Long> restoredSizes = new HashMap<>();

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
		WritePlan plan = planFor(backups.keySet(), removed);
		NewFiles.forEach(backups.values(), this.work,
				(backup, files) -> plan.save(backup, change.replaceManual(), files));
		for (ServiceKey key : removed) {
			plan.remove(key, change.replaceManual());
		}
		return commit(plan, change.id(), backups.keySet(), Map.of());
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
			removed.addAll(this.store.files().found().keySet());
			removed.removeAll(wanted.services().keySet());
		}
		WritePlan plan = planFor(wanted.services().keySet(), removed);
		this.restoredSizes.putAll(wanted.sizes());
		NewFiles.forEach(wanted.services().entrySet(), this.work,
				(entry, files) -> plan.restore(entry.getKey(), entry.getValue(), files));
		for (ServiceKey key : removed) {
			plan.remove(key, true);
		}
		return commit(plan, id, wanted.services().keySet(), wanted.services());
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
		this.store.files().forgetLost(deleted);
		lost.stream()
			.filter((file) -> !deleted.contains(file))
			.forEach((file) -> missing.put(file.backup().key(), file));
		WritePlan plan = planFor(missing.keySet(), Set.of());
		NewFiles.forEach(missing.values(), this.work, plan::writeBack);
		return commit(plan, id, missing.keySet(), Map.of());
	}

	private WritePlan planFor(Set<ServiceKey> written, Set<ServiceKey> removed) {
		Set<ServiceKey> keys = new LinkedHashSet<>(written);
		keys.addAll(removed);
		Path probe = this.store.directory().resolve(FailoverFileNames.OWN_DIRECTORY.toUpperCase(Locale.ROOT));
		boolean caseInsensitive = Files.exists(probe);
		DataFileNames names = new DataFileNames(caseInsensitive,
				caseInsensitive ? this.store.files().names() : Set.of());
		return new WritePlan(this.store, this.documents, this.base, this.store.files().find(keys, names));
	}

	private SnapshotResult commit(WritePlan plan, String id, Collection<ServiceKey> order,
			Map<ServiceKey, ArchivedBackup> restored) throws IOException {
		Map<ServiceKey, FoundBackup> all = this.store.files().found();
		Map<ServiceKey, ArchivedBackup> changesOfOwner = changesOfOwner(restored, all);
		List<PlannedFile> planned = plan.files(order);
		if (planned.isEmpty() && plan.adopted().isEmpty() && changesOfOwner.isEmpty()) {
			return new SnapshotResult(null, plan.kept());
		}
		Set<String> present = this.documents.presentContents();
		Map<ServiceKey, ArchivedBackup> backups = asItIs(all, present);
		if (planned.stream().anyMatch((file) -> isAtRisk(file.key(), all))) {
			write(id + "-before", backups, List.of(), plan);
		}
		for (PlannedFile file : planned) {
			WrittenContent content = file.content();
			if (content == null) {
				backups.remove(file.key());
				continue;
			}
			ArchivedBackup wanted = restored.get(file.key());
			backups.put(file.key(),
					(wanted != null) ? wanted : new ArchivedBackup(content.saved(), plan.isByOthers(file.key())));
			if (!present.contains(content.saved().digest())) {
				this.contents.put(content.saved().digest(), content.compressed());
			}
		}
		plan.adopted()
			.forEach((key, saved) -> backups.computeIfPresent(key, (same, backup) -> new ArchivedBackup(saved, false)));
		backups.putAll(changesOfOwner);
		Snapshot snapshot = write(id, backups, planned, plan);
		planned.stream().filter(PlannedFile::isLeftAlone).forEach(plan::keep);
		return new SnapshotResult(snapshot, plan.kept());
	}

	/**
	 * Restored backups whose content is present already, but recorded as manually edited.
	 */
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

	/** Whether a content would be overwritten that no snapshot has. */
	private boolean isAtRisk(ServiceKey key, Map<ServiceKey, FoundBackup> all) {
		FoundBackup file = all.get(key);
		String digest = (file != null) ? file.digest() : null;
		return digest != null && this.base.find(key, digest) == null;
	}

	/** The backups that the directory has now, including manually edited ones. */
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

	private @Nullable Snapshot write(String id, Map<ServiceKey, ArchivedBackup> backups, List<PlannedFile> planned,
			WritePlan plan) throws IOException {
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
			DataFileLog.put(proposed.batch(), before, steps(planned));
			if (write(before, proposed.batch(), planned, plan)) {
				return proposed.snapshot();
			}
		}
		throw new IOException("other processes write %s without end".formatted(this.documents.location()));
	}

	/**
	 * Adds contents of unchanged backups that are missing among the documents.
	 */
	private void bringLostContents(WriteBatch batch) {
		this.contents.forEach((hash, content) -> {
			if (!batch.contents().containsKey(hash)) {
				batch.bringCompressed(hash, content);
			}
		});
	}

	private boolean write(DocumentIndex before, WriteBatch batch, List<PlannedFile> planned, WritePlan plan)
			throws IOException {
		long write = 0;
		this.store.files().beginWrite();
		try {
			if (!this.documents.write(before, batch)) {
				return false;
			}
			DocumentIndex after = this.documents.index();
			apply(planned, () -> undo(planned, plan, batch.inverse(before)));
			Projection.forceDirectories(this.store.directory(), steps(planned));
			write = DataFileLog.lastWrite(after);
			mark(write);
			return true;
		}
		finally {
			this.store.files()
				.endWrite(DataFileLog.lastWrite(before), write, (write > 0) ? written(planned) : List.of());
		}
	}

	private static List<FileStep> steps(List<PlannedFile> planned) {
		return planned.stream().map(PlannedFile::step).toList();
	}

	private List<WrittenFile> written(List<PlannedFile> planned) {
		return planned.stream()
			.map((file) -> file.written(this.store.files().reader()))
			.filter(Objects::nonNull)
			.toList();
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
	 * If the mark is missing, the files are compared with the documents once more.
	 */
	private void mark(long write) {
		try {
			this.documents.applied().write(write, false, Instant.MIN);
		}
		catch (IOException ex) {
			logger.debug("It is not recorded that data files in {} are in place", this.store.directory(), ex);
		}
	}

	private void undo(List<PlannedFile> planned, WritePlan plan, WriteBatch inverse) throws IOException {
		for (PlannedFile file : planned) {
			file.undo(plan::previousContent, this.work);
		}
		// Another process may write its guard state meanwhile.
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			if (this.documents.write(this.documents.index(), inverse)) {
				return;
			}
		}
		throw new IOException("other processes write %s without end".formatted(this.documents.location()));
	}

	/** Takes back what was written. */
	@FunctionalInterface
	private interface Undo {

		void run() throws IOException;

	}

}
