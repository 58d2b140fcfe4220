package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

import io.github.nacosfailover.store.document.DocumentIndex;
import org.jspecify.annotations.Nullable;

/**
 * The local copy of a shared store that a process starts from while the store is down:
 * the switch and the backups in use. Any thread may read it, one at a time writes.
 */
interface LocalCopy {

	/**
	 * Returns the documents of the copy.
	 * @return the documents and the version they are from, empty if there are none or
	 * they are damaged
	 */
	DocumentIndex read();

	/**
	 * Reads a content.
	 * @param hash its hash
	 * @return the content, or {@code null} if it is not there or damaged
	 */
	byte @Nullable [] content(String hash);

	/**
	 * Returns the hashes of the contents.
	 * @return their hashes; some may be damaged
	 * @throws IOException if that cannot be determined
	 */
	Set<String> hashes() throws IOException;

	/**
	 * Keeps a content.
	 * @param hash its hash
	 * @param content the content
	 * @throws IOException if it cannot be written
	 */
	void keep(String hash, byte[] content) throws IOException;

	/**
	 * Keeps documents in place of those there were.
	 * @param documents the documents, whose contents are kept, and the version they are
	 * from
	 * @throws IOException if they cannot be written
	 */
	void keep(DocumentIndex documents) throws IOException;

	/**
	 * Deletes a content.
	 * @param hash its hash
	 * @throws IOException if it cannot be deleted
	 */
	void delete(String hash) throws IOException;

	/**
	 * Returns the location of the copy.
	 * @return the directory
	 */
	Path location();

}
