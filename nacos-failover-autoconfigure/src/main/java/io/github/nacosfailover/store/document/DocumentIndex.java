package io.github.nacosfailover.store.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a namespace as a process knows them. Immutable.
 */
public final class DocumentIndex {

	public static final DocumentIndex EMPTY = new DocumentIndex(null, Map.of());

	private static final Set<String> NOT_PUT_BACK = Set.of(DocumentNames.SWITCH, DocumentNames.GUARD_STATE,
			DocumentNames.HOLDS, DocumentNames.IN_USE, DocumentNames.REVISIONS);

	private final @Nullable Version version;

	private final Map<String, Document> documents;

	private DocumentIndex(@Nullable Version version, Map<String, Document> documents) {
		this.version = version;
		this.documents = documents;
	}

	public static DocumentIndex of(@Nullable Version version, Collection<Document> documents) {
		return EMPTY.with(new Changes(version, true, List.copyOf(documents)));
	}

	public @Nullable Version version() {
		return this.version;
	}

	public @Nullable Document find(String name) {
		return this.documents.get(name);
	}

	public Collection<Document> all() {
		return this.documents.values();
	}

	/**
	 * These documents after changes.
	 */
	public DocumentIndex with(Changes changes) {
		if (!changes.complete() && changes.documents().isEmpty()) {
			return new DocumentIndex(changes.version(), this.documents);
		}
		Map<String, Document> changed = changes.complete() ? new HashMap<>() : new HashMap<>(this.documents);
		for (Document document : changes.documents()) {
			if (document.isDeleted()) {
				changed.remove(document.name());
			}
			else {
				changed.put(document.name(), document);
			}
		}
		return new DocumentIndex(changes.version(), changed);
	}

	/**
	 * Whether what an engine answered continues these documents: the same ones, not older
	 * ones, nor such that were written after it had lost some of these.
	 */
	public boolean isContinuedBy(Changes changes) {
		Version known = this.version;
		Version found = changes.version();
		if (known == null || known.equals(found)) {
			return true;
		}
		return found != null && found.epoch().equals(known.epoch()) && found.revision() > known.revision()
				&& !with(changes).revisions().exclude(known.revision());
	}

	public Revisions revisions() {
		Document document = this.documents.get(DocumentNames.REVISIONS);
		return Revisions.read((document != null) ? document.text() : null);
	}

	/**
	 * What of these documents is to be put back into an engine that has lost them or went
	 * back to older ones: those it does not have, and those it has from before. Of the
	 * switch the time tells, and what guards remember and who has written is made anew.
	 * @param found what the engine has
	 * @return the documents to put back
	 */
	public List<Document> lostIn(DocumentIndex found) {
		boolean same = this.version != null && found.version != null
				&& this.version.epoch().equals(found.version.epoch());
		Map<String, Document> lost = new LinkedHashMap<>();
		for (Document document : this.documents.values()) {
			if (NOT_PUT_BACK.contains(document.name())) {
				continue;
			}
			Document there = found.find(document.name());
			if (there == null || (same && there.revision() < document.revision())) {
				lost.put(document.name(), document);
			}
		}
		return new ArrayList<>(lost.values());
	}

}
