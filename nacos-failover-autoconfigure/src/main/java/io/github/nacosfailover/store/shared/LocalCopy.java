package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a process keeps at hand of a shared store, so that it can start while the store is
 * gone: the switch and the backups in use. Used by one thread at a time.
 */
interface LocalCopy {

	/**
	 * What was kept.
	 * @return the documents and the version they are from, empty if there are none or
	 * they are damaged
	 */
	SharedIndex read();

	/**
	 * Reads a content.
	 * @param hash its hash
	 * @return the content, or {@code null} if it is not there or damaged
	 */
	byte @Nullable [] content(String hash);

	/**
	 * Whether a content is there.
	 * @param hash its hash
	 * @return {@code true} if it can be read, unless it is damaged
	 */
	boolean has(String hash);

	/**
	 * Keeps a content.
	 * @param hash its hash
	 * @param content the content
	 * @throws IOException if it cannot be written
	 */
	void keep(String hash, byte[] content) throws IOException;

	/**
	 * Keeps documents in place of those there were, and no contents but theirs.
	 * @param version the version they are from
	 * @param documents the documents, whose contents are kept
	 * @throws IOException if they cannot be written
	 */
	void keep(SharedDocuments.Version version, Collection<Document> documents) throws IOException;

	/**
	 * Where the copy is.
	 * @return the directory
	 */
	Path location();

}
