package io.github.nacosfailover.store.shared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.shared.SharedDocuments.Changes;
import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import io.github.nacosfailover.store.shared.SharedDocuments.Version;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a namespace as a process knows them. Immutable.
 */
final class SharedIndex {

	static final SharedIndex EMPTY = new SharedIndex(null, Map.of());

	private static final Set<String> NOT_PUT_BACK = Set.of(Names.SWITCH, Names.MEMORY, Names.IN_USE, Names.REVISIONS);

	private final @Nullable Version version;

	private final Map<String, Document> documents;

	private SharedIndex(@Nullable Version version, Map<String, Document> documents) {
		this.version = version;
		this.documents = documents;
	}

	static SharedIndex of(@Nullable Version version, Collection<Document> documents) {
		return EMPTY.with(new Changes(version, true, List.copyOf(documents)));
	}

	@Nullable Version version() {
		return this.version;
	}

	@Nullable Document find(String name) {
		return this.documents.get(name);
	}

	Collection<Document> all() {
		return this.documents.values();
	}

	/**
	 * These documents after changes.
	 */
	SharedIndex with(Changes changes) {
		if (!changes.complete() && changes.documents().isEmpty()) {
			return new SharedIndex(changes.version(), this.documents);
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
		return new SharedIndex(changes.version(), changed);
	}

	/**
	 * Whether what an engine answered continues these documents: the same ones, not older
	 * ones, nor such that were written after it had lost some of these.
	 */
	boolean isContinuedBy(Changes changes) {
		Version known = this.version;
		Version found = changes.version();
		if (known == null || known.equals(found)) {
			return true;
		}
		return found != null && found.epoch().equals(known.epoch()) && found.revision() > known.revision()
				&& !with(changes).revisions().exclude(known.revision());
	}

	Revisions revisions() {
		Document document = this.documents.get(Names.REVISIONS);
		return Revisions.read((document != null) ? document.text() : null);
	}

	/**
	 * What of these documents is to be put back into an engine that has lost them or went
	 * back to older ones: those it does not have, and those it has from before. Of the
	 * switch the time tells, and what guards remember and who has written is made anew.
	 * @param found what the engine has
	 * @return the documents to put back
	 */
	List<Document> lostIn(SharedIndex found) {
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
