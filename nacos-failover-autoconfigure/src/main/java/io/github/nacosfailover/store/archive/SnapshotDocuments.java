package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.archive.SnapshotManifest.Summary;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;

/**
 * Reads the snapshots among documents: owns the manifests that were read, and what is
 * wrong with the others. Safe for use by any thread.
 */
final class SnapshotDocuments {

	private final DocumentAccess documents;

	private final Map<String, SnapshotManifest> manifests = new ConcurrentHashMap<>();

	private volatile List<Problem> problems = List.of();

	SnapshotDocuments(DocumentAccess documents) {
		this.documents = documents;
	}

	List<Problem> problems() {
		return this.problems;
	}

	/** A manifest that is about to be written need not be read again. */
	void know(String hash, SnapshotManifest manifest) {
		this.manifests.put(hash, manifest);
	}

	static String uniqueId(DocumentIndex index, String id) {
		String unique = id;
		for (int i = 2; index.find(DocumentNames.snapshot(unique)) != null; i++) {
			unique = id + "-" + i;
		}
		return unique;
	}

	long nextSequence(DocumentIndex index) {
		return summaries(index).values().stream().mapToLong(Summary::sequence).max().orElse(0) + 1;
	}

	Map<Document, Summary> summaries(DocumentIndex index) {
		Map<Document, Summary> summaries = new HashMap<>();
		List<Problem> problems = new ArrayList<>();
		for (Document document : index.all()) {
			if (DocumentNames.isSnapshot(document.name())) {
				try {
					summaries.put(document, Summary.read(document.text()));
				}
				catch (IOException ex) {
					problems.add(damaged(document, ex));
				}
			}
		}
		this.problems = problems;
		return summaries;
	}

	private Problem damaged(Document document, IOException ex) {
		return new Problem(this.documents.location() + " " + document.name(),
				ex.getMessage() + "; delete the snapshot");
	}

	SnapshotManifest manifest(Document document) throws IOException {
		String hash = String.valueOf(document.hash());
		SnapshotManifest known = this.manifests.get(hash);
		if (known == null) {
			known = SnapshotManifest.read(this.documents.read(hash));
			this.manifests.put(hash, known);
		}
		return known;
	}

	static Document find(DocumentIndex index, String id) {
		Document found = index.find(DocumentNames.snapshot(id));
		if (found == null) {
			throw new UnknownSnapshotException(id);
		}
		return found;
	}

	/** Describe the snapshots there are, newest first; a damaged one is a problem. */
	List<Snapshot> list(DocumentIndex index) {
		Map<Document, Summary> summaries = summaries(index);
		List<Problem> problems = new ArrayList<>(this.problems);
		Set<String> hashes = new HashSet<>();
		List<Map.Entry<Document, Summary>> newestFirst = new ArrayList<>(summaries.entrySet());
		newestFirst.sort(Comparator.comparingLong((entry) -> -entry.getValue().sequence()));
		List<Snapshot> snapshots = new ArrayList<>();
		for (Map.Entry<Document, Summary> entry : newestFirst) {
			try {
				snapshots.add(describe(entry.getValue(), manifest(entry.getKey())));
				hashes.add(String.valueOf(entry.getKey().hash()));
			}
			catch (IOException ex) {
				problems.add(damaged(entry.getKey(), ex));
			}
		}
		this.manifests.keySet().retainAll(hashes);
		this.problems = problems;
		return snapshots;
	}

	static Snapshot describe(Summary summary, SnapshotManifest manifest) {
		return new Snapshot(summary.id(), summary.at(), summary.by(), summary.services(), summary.instances(),
				summary.pinned(), manifest.added(), manifest.changed(), manifest.removed());
	}

}
