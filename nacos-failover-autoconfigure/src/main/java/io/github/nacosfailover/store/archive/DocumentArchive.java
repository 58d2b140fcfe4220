package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotCopy;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.archive.SnapshotManifest.Summary;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a store, as documents. Any number of processes may write at once: what
 * another has written meanwhile is not written again.
 */
public final class DocumentArchive implements SnapshotArchive {

	/** Why a backup is not written: with its size and the limit. */
	public static final String TOO_LARGE = "it takes %d bytes, more than nacos.failover.disk.max-file-size (%d); raise that";

	private final DocumentAccess documents;

	private final ArchiveLimits limits;

	private final SnapshotDocuments snapshots;

	private final SnapshotTransfer transfer;

	private final GuardState guardState;

	private final GuardState holds;

	public DocumentArchive(DocumentAccess documents, ArchiveLimits limits) {
		this.documents = documents;
		this.limits = limits;
		this.snapshots = new SnapshotDocuments(documents);
		this.transfer = new SnapshotTransfer(documents, this.snapshots, limits);
		this.guardState = new DocumentGuardState(documents, DocumentNames.GUARD_STATE);
		this.holds = new DocumentGuardState(documents, DocumentNames.HOLDS);
	}

	@Override
	public Map<ServiceKey, SavedBackup> saved() throws IOException {
		Map<ServiceKey, SavedBackup> saved = new HashMap<>();
		backups(this.documents.index()).forEach((key, backup) -> saved.put(key, backup.saved()));
		return saved;
	}

	/** Manual edits are made in local files, which are a source of their own. */
	@Override
	public Set<ServiceKey> manual() {
		return Set.of();
	}

	@Override
	public SnapshotResult write(SnapshotChange change) throws IOException {
		Map<ServiceKey, ArchivedBackup> written = new HashMap<>();
		Map<String, byte[]> contents = new HashMap<>();
		Map<ServiceKey, String> kept = new TreeMap<>();
		for (Backup backup : change.backups()) {
			byte[] content = BackupFormat.write(backup);
			if (content.length > this.limits.maxBackupSize()) {
				// It is not needed.
				kept.put(backup.key(), TOO_LARGE.formatted(content.length, this.limits.maxBackupSize()));
				continue;
			}
			SavedBackup saved = SavedBackup.of(backup, content);
			contents.put(saved.digest(), content);
			written.put(backup.key(), new ArchivedBackup(saved, false));
		}
		return new SnapshotResult(commit((index) -> {
			Map<ServiceKey, ArchivedBackup> after = new TreeMap<>(backups(index));
			after.putAll(written);
			after.keySet().removeAll(change.removed());
			return propose(index, change.id(), change.by(), after, Map.of(), (hash, batch) -> {
				byte[] content = contents.get(hash);
				return (content != null) ? batch.bring(hash, content) : -1;
			}, false);
		}), kept);
	}

	@Override
	public Map<ServiceKey, SavedBackup> services(String id) throws IOException {
		Map<ServiceKey, SavedBackup> services = new TreeMap<>();
		manifest(this.documents.index(), id).services().forEach((key, backup) -> services.put(key, backup.saved()));
		return services;
	}

	@Override
	public SnapshotResult restore(String id, @Nullable Set<ServiceKey> services, boolean exact, String newId, String by)
			throws IOException {
		// Read before, so that the store need not be asked for it while it is locked.
		manifest(this.documents.index(), id);
		return new SnapshotResult(commit((index) -> {
			// Another process may have deleted it meanwhile, with what only it had.
			SnapshotManifest manifest = manifest(index, id).only(services);
			Map<ServiceKey, ArchivedBackup> after = exact ? new TreeMap<>() : new TreeMap<>(backups(index));
			// One that comes from a directory may have been edited there manually.
			manifest.services().forEach((key, backup) -> after.put(key, new ArchivedBackup(backup.saved(), false)));
			return propose(index, newId, by, after, manifest.sizes(), (hash, batch) -> -1, false);
		}), Map.of());
	}

	private @Nullable Snapshot commit(Proposal proposal) throws IOException {
		AtomicReference<@Nullable Snapshot> made = new AtomicReference<>();
		this.documents.commit((index) -> {
			ProposedSnapshot proposed = proposal.propose(index);
			made.set((proposed != null) ? proposed.snapshot() : null);
			return (proposed != null) ? proposed.batch() : null;
		});
		return made.get();
	}

	/**
	 * Return the backups that the documents have.
	 * @param index the documents
	 * @return the backups by service
	 */
	public static Map<ServiceKey, ArchivedBackup> backups(DocumentIndex index) {
		Map<ServiceKey, ArchivedBackup> backups = new HashMap<>();
		for (Document document : index.all()) {
			ServiceKey key = DocumentNames.service(document.name());
			if (key != null && document.hash() != null) {
				BackupSummary summary = BackupSummary.read(document.text());
				backups.put(key, new ArchivedBackup(
						new SavedBackup(document.hash(), summary.instances(), summary.healthy()), summary.manual()));
			}
		}
		return backups;
	}

	/**
	 * Propose a snapshot. Snapshots beyond the limits are deleted with it.
	 * @param index the documents it is based on
	 * @param id the id that it should have; one that is taken is made unique
	 * @param by who asks for it
	 * @param after all backups that there are to be
	 * @param sizes sizes of contents that the documents do not tell, by hash
	 * @param contents brings the contents that are new
	 * @param always whether to propose one even if nothing changes
	 * @return the snapshot and what to write, {@code null} if nothing changes
	 * @throws IOException if what other snapshots have cannot be read
	 */
	public @Nullable ProposedSnapshot propose(DocumentIndex index, String id, String by,
			Map<ServiceKey, ArchivedBackup> after, Map<String, Long> sizes, NewContents contents, boolean always)
			throws IOException {
		Map<ServiceKey, ArchivedBackup> before = backups(index);
		if (after.equals(before) && !always) {
			return null;
		}
		Map<String, Long> allSizes = sizes(index);
		allSizes.putAll(sizes);
		SnapshotManifest manifest = SnapshotManifest.between(before, after, allSizes);
		WriteBatch batch = new WriteBatch();
		List<Document> replaced = putBackups(batch, index, before, manifest, contents);
		byte[] list = manifest.write();
		String hash = BackupFormat.digest(list);
		this.snapshots.know(hash, manifest);
		Summary summary = new Summary(this.snapshots.nextSequence(index), SnapshotDocuments.uniqueId(index, id),
				Instant.now(), by, after.size(), manifest.instances(), batch.bring(hash, list), false);
		batch.putInline(DocumentNames.snapshot(summary.id()), hash, summary.write());
		RetainedSnapshots retained = new RetainedSnapshots(this.snapshots::manifest, manifest, summary.size());
		retained.choose(this.snapshots.summaries(index), this.limits.snapshots(), this.limits.maxSize());
		drop(batch, index, retained.dropped(), replaced);
		return new ProposedSnapshot(batch, SnapshotDocuments.describe(summary, manifest));
	}

	private static Map<String, Long> sizes(DocumentIndex index) {
		Map<String, Long> sizes = new HashMap<>();
		for (Document document : index.all()) {
			if (DocumentNames.isBackup(document.name()) && document.hash() != null) {
				sizes.put(document.hash(), BackupSummary.read(document.text()).size());
			}
		}
		return sizes;
	}

	/** Puts what differs, and returns the documents that go with it. */
	private static List<Document> putBackups(WriteBatch batch, DocumentIndex index,
			Map<ServiceKey, ArchivedBackup> before, SnapshotManifest manifest, NewContents contents)
			throws IOException {
		Instant now = Instant.now();
		List<Document> replaced = new ArrayList<>();
		for (Map.Entry<ServiceKey, ArchivedBackup> entry : manifest.services().entrySet()) {
			ArchivedBackup backup = entry.getValue();
			if (backup.equals(before.get(entry.getKey()))) {
				continue;
			}
			String name = DocumentNames.backup(entry.getKey());
			String hash = backup.saved().digest();
			long size = contents.bring(hash, batch);
			if (size >= 0) {
				manifest.sizes().put(hash, size);
			}
			String text = new BackupSummary(backup.saved().instances(), backup.saved().healthy(), now,
					manifest.size(hash), backup.manual())
				.write();
			if (size >= 0) {
				batch.putInline(name, hash, text);
			}
			else {
				batch.refer(name, hash, text);
			}
			add(replaced, index.find(name));
		}
		for (ServiceKey key : manifest.removed()) {
			batch.delete(DocumentNames.backup(key));
			add(replaced, index.find(DocumentNames.backup(key)));
		}
		return replaced;
	}

	private static void add(List<Document> documents, @Nullable Document document) {
		if (document != null) {
			documents.add(document);
		}
	}

	/** Drops snapshots, and the contents that nothing else refers to. */
	private void drop(WriteBatch batch, DocumentIndex index, Collection<Document> dropped,
			Collection<Document> replaced) {
		dropped.forEach((document) -> batch.delete(document.name()));
		batch.obsolete(RetainedSnapshots.obsolete(this.snapshots::manifest, index, dropped, replaced));
	}

	/**
	 * Return what a snapshot has.
	 * @param index the documents
	 * @param id id of the snapshot
	 * @return its manifest
	 * @throws UnknownSnapshotException if there is none of that id
	 * @throws IOException if it cannot be read
	 */
	public SnapshotManifest manifest(DocumentIndex index, String id) throws IOException {
		return this.snapshots.manifest(SnapshotDocuments.find(index, id));
	}

	@Override
	public List<Snapshot> snapshots() throws IOException {
		return this.snapshots.list(this.documents.index());
	}

	@Override
	public Snapshot pin(String id, boolean pinned) throws IOException {
		SnapshotManifest manifest = manifest(this.documents.index(), id);
		AtomicReference<@Nullable Summary> changed = new AtomicReference<>();
		this.documents.commit((index) -> {
			Document document = SnapshotDocuments.find(index, id);
			Summary summary = Summary.read(document.text());
			Summary pinnedSummary = summary.withPinned(pinned);
			changed.set(pinnedSummary);
			if (summary.pinned() == pinned) {
				return null;
			}
			WriteBatch draft = new WriteBatch();
			draft.refer(document.name(), String.valueOf(document.hash()), pinnedSummary.write());
			return draft;
		});
		return SnapshotDocuments.describe(Objects.requireNonNull(changed.get()), manifest);
	}

	@Override
	public void delete(String id) throws IOException {
		this.documents.commit((index) -> {
			Document document = SnapshotDocuments.find(index, id);
			WriteBatch draft = new WriteBatch();
			drop(draft, index, List.of(document), List.of());
			return draft;
		});
	}

	@Override
	public List<SnapshotCopy> copies() throws IOException {
		return this.transfer.copies();
	}

	@Override
	public Map<String, String> takeOver(List<SnapshotCopy> copies) throws IOException {
		return this.transfer.takeOver(copies);
	}

	@Override
	public boolean isShared() {
		return true;
	}

	@Override
	public GuardState guardState() {
		return this.guardState;
	}

	@Override
	public GuardState holds() {
		return this.holds;
	}

	@Override
	public List<Problem> problems() {
		return this.snapshots.problems();
	}

	/** Proposes a snapshot of the documents there are. */
	@FunctionalInterface
	private interface Proposal {

		@Nullable ProposedSnapshot propose(DocumentIndex index) throws IOException;

	}

	/** Brings the contents that are new. */
	@FunctionalInterface
	public interface NewContents {

		/**
		 * Bring a content.
		 * @param hash its hash
		 * @param batch where to bring it
		 * @return its size in bytes as it is stored, -1 if it is there already
		 * @throws IOException if it cannot be read
		 */
		long bring(String hash, WriteBatch batch) throws IOException;

	}

	/**
	 * A snapshot that is made by a write.
	 *
	 * @param batch what to write
	 * @param snapshot the snapshot
	 */
	public record ProposedSnapshot(WriteBatch batch, Snapshot snapshot) {
	}

}
