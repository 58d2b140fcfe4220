package io.github.nacosfailover.store.document;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;

/**
 * What a process wants to write. Used by one thread.
 */
public final class WriteBatch {

	/** Stands for the revision of the write, which is not known yet. */
	private static final long OPEN = -1;

	private static final int MAX_TEXT = 4000;

	private final Map<String, Document> documents = new LinkedHashMap<>();

	private final Map<String, byte[]> plainContents = new HashMap<>();

	private final Map<String, byte[]> contents = new HashMap<>();

	private final Set<String> needed = new HashSet<>();

	private final Set<String> obsolete = new HashSet<>();

	/** A document whose content is wholly in its text. */
	public void putInline(String name, String hash, String text) {
		this.documents.put(name, new Document(name, OPEN, hash, text));
	}

	/** A document whose content is there already, unless somebody has deleted it. */
	public void refer(String name, String hash, String text) {
		putInline(name, hash, text);
		need(hash);
	}

	/** A content that has to be there, as something that is written refers to it. */
	public void need(String hash) {
		this.needed.add(hash);
	}

	/**
	 * A document with its content.
	 * @return size of the content as it goes to the engine
	 */
	public long put(String name, String hash, String text, byte[] content) {
		putInline(name, hash, text);
		return bring(hash, content);
	}

	/**
	 * Bring a content that a document refers to.
	 * @return its size as it goes to the engine
	 */
	public long bring(String hash, byte[] content) {
		this.plainContents.put(hash, content);
		return bringCompressed(hash, Contents.compress(content));
	}

	/**
	 * Bring a content that is compressed already, as {@link Contents} does it.
	 * @return its size as it goes to the engine
	 */
	public long bringCompressed(String hash, byte[] compressed) {
		this.contents.put(hash, compressed);
		return compressed.length;
	}

	/** A document whose content is its text, if that is short. */
	public void putText(String name, String hash, byte[] content) {
		if (content.length <= MAX_TEXT) {
			putInline(name, hash, new String(content, StandardCharsets.UTF_8));
		}
		else {
			put(name, hash, "", content);
		}
	}

	/**
	 * Lets go of the content of a document that is to be replaced, if it was not in its
	 * text and no other document has the same.
	 */
	public void obsolete(DocumentIndex index, String name) {
		Document before = index.find(name);
		if (before != null && before.hash() != null && before.text().isEmpty()
				&& index.all().stream().noneMatch((other) -> other != before && before.hash().equals(other.hash()))) {
			this.obsolete.add(before.hash());
		}
	}

	public void delete(String name) {
		this.documents.put(name, new Document(name, OPEN, null, ""));
	}

	/** A document as it was, with the revision it had. */
	public void putBack(Document document, byte @Nullable [] content) {
		this.documents.put(document.name(), document);
		if (content != null && document.hash() != null) {
			bring(document.hash(), content);
		}
	}

	public void obsolete(Collection<String> hashes) {
		this.obsolete.addAll(hashes);
	}

	public boolean has(String name) {
		return this.documents.containsKey(name);
	}

	public boolean isEmpty() {
		return this.documents.isEmpty() && this.obsolete.isEmpty();
	}

	public int size() {
		return this.documents.size();
	}

	public List<Document> documents(long revision) {
		List<Document> documents = new ArrayList<>();
		this.documents.values()
			.forEach((document) -> documents.add((document.revision() != OPEN) ? document
					: new Document(document.name(), revision, document.hash(), document.text())));
		return documents;
	}

	/** Contents as they go to the engine. */
	public Map<String, byte[]> contents() {
		return this.contents;
	}

	public Collection<String> needed() {
		return this.needed;
	}

	public Map<String, byte[]> plainContents() {
		return this.plainContents;
	}

	public Collection<String> obsolete() {
		Set<String> gone = new HashSet<>(this.obsolete);
		gone.removeAll(this.needed);
		gone.removeAll(this.contents.keySet());
		return gone;
	}

	/**
	 * Return what undoes this batch once it is written: its documents as they were
	 * before, whose contents are still there.
	 * @param before the documents before
	 */
	public WriteBatch inverse(DocumentIndex before) {
		WriteBatch inverse = new WriteBatch();
		for (String name : this.documents.keySet()) {
			Document document = before.find(name);
			if (document != null) {
				inverse.putBack(document, null);
			}
			else {
				inverse.delete(name);
			}
		}
		inverse.needed.addAll(obsolete());
		inverse.obsolete.addAll(this.contents.keySet());
		before.all().forEach((document) -> inverse.obsolete.remove(document.hash()));
		return inverse;
	}

	/** What is to be written. */
	public Write write(@Nullable Version basis, Version result) {
		return new Write(basis, result, documents(result.revision()), contents(), obsolete(), needed());
	}

}
