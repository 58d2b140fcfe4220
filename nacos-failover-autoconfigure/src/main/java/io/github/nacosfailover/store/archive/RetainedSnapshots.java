package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.archive.SnapshotManifest.Summary;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;

/**
 * Decides which snapshots are kept: the newest ones, and pinned ones in addition, as long
 * as their contents fit into the size limit.
 */
public final class RetainedSnapshots {

	private final ManifestReader manifests;

	private final List<Document> staying = new ArrayList<>();

	private final List<Document> dropped = new ArrayList<>();

	/** How many manifests have a content, and how large it is. */
	private final Map<String, Integer> uses = new HashMap<>();

	private long size;

	/**
	 * Counts snapshots.
	 * @param manifests reads what they have
	 * @param newest what the newest one has, which always stays
	 * @param newestSize size of its list as it is kept
	 */
	public RetainedSnapshots(ManifestReader manifests, SnapshotManifest newest, long newestSize) {
		this.manifests = manifests;
		count(newest);
		this.size += newestSize;
	}

	/**
	 * Decides which older ones stay.
	 * @param older their documents and what those say
	 * @param keep number of unpinned ones that may stay, the newest one included
	 * @param maxSize size in bytes of all contents
	 */
	public void choose(Map<Document, Summary> older, int keep, long maxSize) {
		List<Map.Entry<Document, Summary>> newestFirst = new ArrayList<>(older.entrySet());
		newestFirst.sort(Comparator.comparingLong((entry) -> -entry.getValue().sequence()));
		int unpinned = 1;
		for (Map.Entry<Document, Summary> entry : newestFirst) {
			boolean stays = entry.getValue().pinned() || unpinned < keep;
			if (!stays) {
				this.dropped.add(entry.getKey());
				continue;
			}
			unpinned += entry.getValue().pinned() ? 0 : 1;
			this.staying.add(entry.getKey());
			this.size += entry.getValue().size();
			count(entry.getKey());
		}
		for (int i = this.staying.size() - 1; i >= 0 && this.size > maxSize; i--) {
			Summary summary = older.get(this.staying.get(i));
			if (summary != null && !summary.pinned()) {
				Document document = this.staying.remove(i);
				this.dropped.add(document);
				this.size -= summary.size();
				discount(document);
			}
		}
	}

	private void count(Document document) {
		try {
			count(this.manifests.read(document));
		}
		catch (IOException ex) {
			// Its contents are not deleted, as nobody can tell which they are.
		}
	}

	private void count(SnapshotManifest manifest) {
		manifest.forEachHash((hash) -> {
			if (this.uses.merge(hash, 1, Integer::sum) == 1) {
				this.size += manifest.size(hash);
			}
		});
	}

	private void discount(Document document) {
		try {
			SnapshotManifest manifest = this.manifests.read(document);
			manifest.forEachHash((hash) -> {
				if (this.uses.merge(hash, -1, Integer::sum) == 0) {
					this.size -= manifest.size(hash);
				}
			});
		}
		catch (IOException ex) {
			// It was not counted, either.
		}
	}

	/**
	 * The snapshots to delete.
	 * @return their documents
	 */
	public List<Document> dropped() {
		return this.dropped;
	}

	/**
	 * Return the contents that nothing refers to any more.
	 * @param manifests reads what snapshots have
	 * @param index all documents before the write
	 * @param dropped documents of the snapshots to be dropped
	 * @param replaced documents of the backups that the write replaces or removes
	 * @return hashes of the contents; none if it cannot be determined what somebody has
	 */
	public static Set<String> obsolete(ManifestReader manifests, DocumentIndex index, Collection<Document> dropped,
			Collection<Document> replaced) {
		Set<String> obsolete = new HashSet<>();
		Set<Document> gone = new HashSet<>(dropped);
		gone.addAll(replaced);
		replaced.forEach((document) -> obsolete.add(String.valueOf(document.hash())));
		try {
			for (Document document : dropped) {
				manifests.read(document).forEachHash(obsolete::add);
				obsolete.add(String.valueOf(document.hash()));
			}
			for (Document document : index.all()) {
				if (obsolete.isEmpty()) {
					return obsolete;
				}
				if (gone.contains(document)) {
					continue;
				}
				obsolete.remove(document.hash());
				if (DocumentNames.isSnapshot(document.name())) {
					manifests.read(document).forEachHash(obsolete::remove);
				}
			}
			return obsolete;
		}
		catch (IOException ex) {
			return Set.of();
		}
	}

	/** Reads what a snapshot has. */
	@FunctionalInterface
	public interface ManifestReader {

		SnapshotManifest read(Document document) throws IOException;

	}

}
