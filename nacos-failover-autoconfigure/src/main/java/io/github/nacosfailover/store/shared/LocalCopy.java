package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.nacosfailover.store.disk.DiskDocuments;
import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local copy of a shared store that a process starts from while the store is down:
 * the switch and the backups in use, as documents in our own sub-directory of the
 * failover directory. Any thread may read it, one at a time writes; processes that share
 * the directory share the copy.
 */
final class LocalCopy {

	private static final Logger logger = LoggerFactory.getLogger(LocalCopy.class);

	private static final int ATTEMPTS = 20;

	private final Documents documents;

	private final long maxBackupSize;

	/**
	 * Creates a copy.
	 * @param failoverDirectory the failover directory of the namespace
	 * @param name tells copies of several stores apart
	 * @param maxBackupSize size in bytes that the content of a backup may have
	 */
	LocalCopy(Path failoverDirectory, String name, long maxBackupSize) {
		this.documents = DiskDocuments.replaceable(failoverDirectory, "copy-of-" + name);
		this.maxBackupSize = maxBackupSize;
	}

	/**
	 * Returns the location of the copy.
	 * @return the directory
	 */
	String location() {
		return this.documents.location();
	}

	/**
	 * Returns the documents of the copy.
	 * @return the documents and the version they are from, empty if there are none or
	 * they are damaged
	 */
	DocumentIndex read() {
		try {
			Changes all = this.documents.changesSince(null);
			this.documents.problems().forEach((problem) -> logger.warn("Failover: the local copy: {}", problem));
			return DocumentIndex.of(all.version(), all.documents());
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Failover: the local copy {} cannot be read and is passed over: {}", location(), ex.toString());
			return DocumentIndex.EMPTY;
		}
	}

	/**
	 * Reads a content.
	 * @param hash its hash
	 * @return the content, or {@code null} if it is not there or damaged
	 */
	byte @Nullable [] content(String hash) {
		try {
			byte[] stored = this.documents.contents(List.of(hash)).get(hash);
			return (stored != null) ? Contents.restore(hash, stored, this.maxBackupSize) : null;
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Returns the hashes of the contents.
	 * @return their hashes; some may be damaged
	 * @throws IOException if that cannot be determined
	 */
	Collection<String> hashes() throws IOException {
		return this.documents.contentHashes();
	}

	/**
	 * Keeps documents in place of those there were.
	 * @param wanted the documents, and the version they are from
	 * @param contents those of their contents that the copy does not have, by hash
	 * @throws IOException if they cannot be written
	 */
	void keep(DocumentIndex wanted, Map<String, byte[]> contents) throws IOException {
		Version version = Objects.requireNonNull(wanted.version());
		Map<String, byte[]> compressed = new HashMap<>();
		contents.forEach((hash, content) -> compressed.put(hash, Contents.compress(content)));
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Changes known = this.documents.changesSince(null);
			List<Document> documents = new ArrayList<>(wanted.all());
			Set<String> obsolete = new HashSet<>(this.documents.contentHashes());
			wanted.all().forEach((document) -> obsolete.remove(document.hash()));
			for (Document document : known.documents()) {
				if (wanted.find(document.name()) == null) {
					documents.add(new Document(document.name(), version.revision(), null, ""));
				}
			}
			if (this.documents.write(new Write(known.version(), version, documents, compressed, obsolete))) {
				return;
			}
		}
		throw new IOException("other processes write %s without end".formatted(location()));
	}

}
