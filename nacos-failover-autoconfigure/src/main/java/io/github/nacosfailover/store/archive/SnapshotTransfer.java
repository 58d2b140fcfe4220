package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotCopy;
import io.github.nacosfailover.store.archive.SnapshotManifest.Summary;
import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.MissingContentsException;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * Copies snapshots from one archive into another. They are sorted in by time; existing
 * ones are neither replaced nor deleted.
 */
final class SnapshotTransfer {

	private static final String NO_ROOM = "there is no room for it beside the snapshots that are there; "
			+ "raise nacos.failover.snapshot.keep or snapshot.max-size, or delete some, and copy again";

	private static final SnapshotManifest EMPTY = new SnapshotManifest(Map.of(), Set.of(), Set.of(), Set.of(),
			Map.of());

	private final DocumentAccess documents;

	private final SnapshotDocuments snapshots;

	private final ArchiveLimits limits;

	SnapshotTransfer(DocumentAccess documents, SnapshotDocuments snapshots, ArchiveLimits limits) {
		this.documents = documents;
		this.snapshots = snapshots;
		this.limits = limits;
	}

	/** Return the snapshots for another archive, newest first, without damaged ones. */
	List<SnapshotCopy> copies() throws IOException {
		DocumentIndex index = this.documents.index();
		List<SnapshotCopy> copies = new ArrayList<>();
		for (Snapshot snapshot : this.snapshots.list(index)) {
			Document document = SnapshotDocuments.find(index, snapshot.id());
			copies.add(new SnapshotCopy(snapshot, String.valueOf(document.hash()), this.documents::read));
		}
		return copies;
	}

	/**
	 * Take over those that are not there yet.
	 * @param copies the snapshots, newest first
	 * @return ids of those that are not taken over, each with the reason
	 * @throws IOException if they cannot be written; those before stay taken over
	 */
	Map<String, String> takeOver(Collection<SnapshotCopy> copies) throws IOException {
		// If there is no room for all, it is for pinned ones first.
		List<SnapshotCopy> inOrder = new ArrayList<>(copies);
		inOrder.sort(Comparator.comparing((copy) -> !copy.snapshot().pinned()));
		Map<String, String> left = new LinkedHashMap<>();
		for (SnapshotCopy copy : inOrder) {
			String reason = takeOver(copy);
			if (reason != null) {
				left.put(copy.snapshot().id(), reason);
			}
		}
		return left;
	}

	private @Nullable String takeOver(SnapshotCopy copy) throws IOException {
		DocumentIndex index = this.documents.index();
		if (isThere(index, copy)) {
			return null;
		}
		Incoming incoming;
		try {
			incoming = Incoming.read(copy);
		}
		catch (IOException ex) {
			return unreadable(ex);
		}
		this.snapshots.know(copy.manifest(), incoming.manifest());
		if (!isRoomFor(index, incoming)) {
			return NO_ROOM;
		}
		try {
			return takeOver(incoming, contentsOf(index));
		}
		catch (IOException ex) {
			if (!(ex instanceof MissingContentsException) && !(ex.getCause() instanceof MissingContentsException)) {
				throw ex;
			}
			// Contents of other snapshots were evicted from the store.
			return takeOver(incoming, Set.of());
		}
	}

	private @Nullable String takeOver(Incoming incoming, Set<String> present) throws IOException {
		Map<String, byte[]> contents;
		try {
			contents = incoming.contents(present);
		}
		catch (IOException ex) {
			return unreadable(ex);
		}
		AtomicBoolean room = new AtomicBoolean(true);
		this.documents.commit((index) -> {
			boolean there = isThere(index, incoming.copy());
			room.set(there || isRoomFor(index, incoming));
			return (!there && room.get()) ? propose(index, incoming, contents) : null;
		});
		return room.get() ? null : NO_ROOM;
	}

	private static String unreadable(IOException ex) {
		return "it cannot be read: " + ex.getMessage();
	}

	private Set<String> contentsOf(DocumentIndex index) {
		Set<String> hashes = new HashSet<>();
		for (Document document : index.all()) {
			if (DocumentNames.isBackup(document.name())) {
				hashes.add(String.valueOf(document.hash()));
			}
		}
		for (Document document : this.snapshots.summaries(index).keySet()) {
			try {
				this.snapshots.manifest(document).forEachHash(hashes::add);
			}
			catch (IOException ex) {
				// All contents are written, whether they exist or not.
			}
		}
		return hashes;
	}

	/** Another snapshot may have its id: many processes take one at the same time. */
	private boolean isThere(DocumentIndex index, SnapshotCopy copy) {
		return this.snapshots.summaries(index)
			.entrySet()
			.stream()
			.anyMatch((entry) -> copy.manifest().equals(entry.getKey().hash())
					&& entry.getValue().at().equals(copy.snapshot().at()));
	}

	/** Whether it could be kept if it were the oldest. */
	private boolean isRoomFor(DocumentIndex index, Incoming incoming) {
		Map<Document, Summary> all = new HashMap<>(this.snapshots.summaries(index));
		Summary summary = incoming.summary(incoming.copy().snapshot().id(), Long.MIN_VALUE + 1);
		all.put(incoming.document(summary), summary);
		RetainedSnapshots retained = new RetainedSnapshots(this.snapshots::manifest, EMPTY, 0);
		retained.choose(all, this.limits.snapshots() + 1, this.limits.maxSize());
		return retained.dropped().isEmpty();
	}

	private WriteBatch propose(DocumentIndex index, Incoming incoming, Map<String, byte[]> contents) {
		Map<Document, Summary> there = this.snapshots.summaries(index);
		Snapshot snapshot = incoming.copy().snapshot();
		long sequence = there.values()
			.stream()
			.filter((other) -> other.at().isAfter(snapshot.at()))
			.mapToLong(Summary::sequence)
			.min()
			.orElseGet(() -> this.snapshots.nextSequence(index));
		WriteBatch batch = new WriteBatch();
		there.forEach((document, other) -> {
			if (other.sequence() >= sequence) {
				batch.putInline(document.name(), String.valueOf(document.hash()),
						other.withSequence(other.sequence() + 1).write());
			}
		});
		incoming.manifest().forEachHash((hash) -> {
			byte[] content = contents.get(hash);
			if (content == null) {
				batch.need(hash);
			}
			else if (!batch.contents().containsKey(hash)) {
				batch.bring(hash, content);
			}
		});
		Summary summary = incoming.summary(SnapshotDocuments.uniqueId(index, snapshot.id()), sequence);
		batch.putInline(DocumentNames.snapshot(summary.id()), incoming.copy().manifest(), summary.write());
		batch.bringCompressed(incoming.copy().manifest(), incoming.compressed());
		return batch;
	}

	/**
	 * A snapshot of another archive.
	 *
	 * @param copy what it is
	 * @param manifest what it has
	 * @param compressed its manifest as it is kept
	 */
	private record Incoming(SnapshotCopy copy, SnapshotManifest manifest, byte[] compressed) {

		static Incoming read(SnapshotCopy copy) throws IOException {
			byte[] list = copy.contents().read(copy.manifest());
			return new Incoming(copy, SnapshotManifest.read(list), Contents.compress(list));
		}

		/** Read before the store is locked, as that may ask another store. */
		Map<String, byte[]> contents(Set<String> present) throws IOException {
			Set<String> missing = new HashSet<>();
			this.manifest.forEachHash(missing::add);
			missing.removeAll(present);
			Map<String, byte[]> contents = new HashMap<>();
			for (String hash : missing) {
				contents.put(hash, this.copy.contents().read(hash));
			}
			return contents;
		}

		Summary summary(String id, long sequence) {
			Snapshot snapshot = this.copy.snapshot();
			return new Summary(sequence, id, snapshot.at(), snapshot.by(), snapshot.services(), snapshot.instances(),
					this.compressed.length, snapshot.pinned());
		}

		Document document(Summary summary) {
			return new Document(DocumentNames.snapshot(summary.id()), 0, this.copy.manifest(), summary.write());
		}

	}

}
