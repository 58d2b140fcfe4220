package io.github.nacosfailover.store.document;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The documents of a namespace as a store has them: what it knows of them now, and how it
 * changes them. Safe for use by any thread.
 */
public interface DocumentAccess {

	/**
	 * Return a description of where the documents are.
	 * @return a path or a URL, without credentials
	 */
	String location();

	/**
	 * Return the documents as they are known now.
	 * @return the documents
	 * @throws IOException if they cannot be determined
	 */
	DocumentIndex index() throws IOException;

	/**
	 * Read one content.
	 * @param hash its hash
	 * @return the content, whose hash is right
	 * @throws IOException if it cannot be read, or is damaged
	 */
	byte[] read(String hash) throws IOException;

	/**
	 * Write what is proposed for the current documents. If another process has written
	 * meanwhile, a new proposal is requested.
	 * @param proposal returns what to write, {@code null} for nothing
	 * @throws IOException if it cannot be written
	 */
	void commit(Proposal proposal) throws IOException;

	/** Proposes a change of documents, and may have to read something first. */
	@FunctionalInterface
	interface Proposal {

		@Nullable WriteBatch propose(DocumentIndex index) throws IOException;

	}

}
