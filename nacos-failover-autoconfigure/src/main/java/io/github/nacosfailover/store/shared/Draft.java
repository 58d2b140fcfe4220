package io.github.nacosfailover.store.shared;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a process wants to write. Used by one thread.
 */
final class Draft {

	/** Stands for the revision of the write, which is not known yet. */
	private static final long OPEN = -1;

	private static final int MAX_TEXT = 4000;

	private final Map<String, Document> documents = new LinkedHashMap<>();

	private final Map<String, byte[]> plainContents = new HashMap<>();

	private final Set<String> obsolete = new HashSet<>();

	/** A document whose content is there already, or wholly in its text. */
	void put(String name, String hash, String text) {
		this.documents.put(name, new Document(name, OPEN, hash, text));
	}

	void put(String name, String hash, String text, byte[] content) {
		put(name, hash, text);
		this.plainContents.put(hash, content);
	}

	/** A document whose content is its text, if that is short. */
	void putText(String name, String hash, byte[] content) {
		if (content.length <= MAX_TEXT) {
			put(name, hash, new String(content, StandardCharsets.UTF_8));
		}
		else {
			put(name, hash, "", content);
		}
	}

	void delete(String name) {
		this.documents.put(name, new Document(name, OPEN, null, ""));
	}

	/** A document as it was, with the revision it had. */
	void putBack(Document document, byte @Nullable [] content) {
		this.documents.put(document.name(), document);
		if (content != null && document.hash() != null) {
			this.plainContents.put(document.hash(), content);
		}
	}

	void obsolete(Collection<String> hashes) {
		this.obsolete.addAll(hashes);
	}

	boolean has(String name) {
		return this.documents.containsKey(name);
	}

	boolean isEmpty() {
		return this.documents.isEmpty() && this.obsolete.isEmpty();
	}

	int size() {
		return this.documents.size();
	}

	List<Document> documents(long revision) {
		List<Document> documents = new ArrayList<>();
		this.documents.values()
			.forEach((document) -> documents.add((document.revision() != OPEN) ? document
					: new Document(document.name(), revision, document.hash(), document.text())));
		return documents;
	}

	/** Contents as they go to the engine. */
	Map<String, byte[]> contents() {
		Map<String, byte[]> contents = new HashMap<>();
		this.plainContents.forEach((hash, content) -> contents.put(hash, Contents.compress(content)));
		return contents;
	}

	Map<String, byte[]> plainContents() {
		return this.plainContents;
	}

	Collection<String> obsolete() {
		return this.obsolete;
	}

}
