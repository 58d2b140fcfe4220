package io.github.nacosfailover.store.document;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The documents of one namespace in an engine that many processes share, such as Redis or
 * a database: the one interface to implement for another engine.
 * <p>
 * A document is a name, a short text and the hash of a content. Contents are kept once
 * per hash. The documents have one {@link Version}, which grows with each write: a write
 * says which version it is based on and is refused if there is a newer one. So there is
 * nothing to lock, and a reader that knows a version asks for what came since.
 * <p>
 * Implementations are safe for use by any thread. Every method may block, for a bounded
 * time, and throws {@link IOException} if the engine does not answer or cannot be
 * written; its message names the place, without credentials, and the cure. So it does
 * after {@link #close}. An instance recovers when the engine does: each call tries again.
 */
public interface Documents extends AutoCloseable {

	/**
	 * Describes where the documents are.
	 * @return a URL or the like, without credentials
	 */
	String location();

	/**
	 * What has changed since a version: the documents that later writes wrote, whatever
	 * revision those carry. The answer is that of one instant: it has all that its
	 * version has and nothing of a later one.
	 * @param known the version, or {@code null} to ask for everything
	 * @return the changes up to now, everything if the known version is not an earlier
	 * one of these documents, or if it is so old that deletions since are forgotten
	 * @throws IOException if the engine does not answer
	 */
	Changes changesSince(@Nullable Version known) throws IOException;

	/**
	 * Reads contents.
	 * @param hashes their hashes
	 * @return the contents by hash, without those that are not there
	 * @throws IOException if the engine does not answer
	 */
	Map<String, byte[]> contents(Collection<String> hashes) throws IOException;

	/**
	 * Writes documents, all or none.
	 * @param write what to write
	 * @return {@code false} if there is another version than the write is based on, in
	 * which case no document has changed and no content is gone; contents of the write
	 * may be there all the same
	 * @throws MissingContentsException if the version is the one that the write is based
	 * on, but a content that it needs is not there, which is looked at in the same step;
	 * no document has changed then and no content is gone
	 * @throws IOException if the engine does not answer; it may have been written or not
	 */
	boolean write(Write write) throws IOException;

	/**
	 * Hashes of all contents there are, of documents or left from earlier ones.
	 * @return the hashes
	 * @throws IOException if the engine does not answer
	 */
	Collection<String> contentHashes() throws IOException;

	/**
	 * Reports what this process does, until the report expires.
	 * @param instance id of this process, unique among all
	 * @param text the report
	 * @param lifetime how long it counts, by the clock of the engine
	 * @throws IOException if the engine does not answer
	 */
	void report(String instance, String text, Duration lifetime) throws IOException;

	/**
	 * Takes back the report of a process that ends.
	 * @param instance id of this process
	 * @throws IOException if the engine does not answer
	 */
	void withdraw(String instance) throws IOException;

	/**
	 * The reports that have not expired.
	 * @return texts by the ids of the processes
	 * @throws IOException if the engine does not answer
	 */
	Map<String, String> reports() throws IOException;

	/**
	 * Asks to be notified of writes by other processes. It is a convenience: some may not
	 * be announced, or late, or twice, and writes of our own may be announced too;
	 * {@link #changesSince} alone counts.
	 * @param listener called on a thread of the engine's, must be quick and must not call
	 * this object; is given the write without its contents, which is true for who knows
	 * the version that it is based on, be it announced late or twice, or {@code null} if
	 * the notice does not say
	 */
	void onWrite(Consumer<@Nullable Write> listener);

	/**
	 * Whether writes by other processes are announced now, as far as that can be known,
	 * so that it is enough to look for them now and then. When that ends, the listeners
	 * are called.
	 * @return {@code false} if they are to be looked for
	 */
	default boolean isNotifying() {
		return false;
	}

	/**
	 * What an operator should know of the notices of writes: faults that are survived,
	 * other than an engine that does not answer.
	 * @return texts, empty if all is well
	 */
	default List<String> problems() {
		return List.of();
	}

	/**
	 * Releases the resources of this object; no listener is called any more. Documents
	 * and reports stay. Closing twice has no effect.
	 */
	@Override
	void close();

	/**
	 * A version of all documents of a namespace.
	 *
	 * @param epoch tells these documents from others that were there before or after: it
	 * is chosen at random with the first write
	 * @param revision grows with each write
	 */
	record Version(String epoch, long revision) {

	}

	/**
	 * A document.
	 *
	 * @param name its name, unique among the documents of a namespace, at most 1500 bytes
	 * in UTF-8
	 * @param revision revision of the write that it is from
	 * @param hash hash of its content, or {@code null} if it was deleted
	 * @param text a short text, at most 4000 bytes in UTF-8
	 */
	record Document(String name, long revision, @Nullable String hash, String text) {

		public boolean isDeleted() {
			return this.hash == null;
		}

	}

	/**
	 * What has changed.
	 *
	 * @param version the version there is now, {@code null} if nothing was ever written
	 * @param complete whether the documents are all there are, not only changed ones
	 * @param documents the documents, deleted ones among them unless complete
	 */
	record Changes(@Nullable Version version, boolean complete, List<Document> documents) {

	}

	/**
	 * A write.
	 *
	 * @param basis the version it is based on, {@code null} if nothing was ever written
	 * @param result the version it leads to; the documents carry its revision, or earlier
	 * ones if they are put back
	 * @param documents the documents that are new, changed or deleted, each name once
	 * @param contents contents by hash, those of the documents unless they are there
	 * already
	 * @param obsolete hashes of contents to be deleted, none of which the write brings or
	 * needs
	 * @param needed hashes of contents that have to be there when it is written, beside
	 * those that it brings: its documents refer to them. Another process may have deleted
	 * one since somebody looked.
	 */
	record Write(@Nullable Version basis, Version result, List<Document> documents, Map<String, byte[]> contents,
			Collection<String> obsolete, Collection<String> needed) {

		/**
		 * A write that needs no contents but those that it brings.
		 * @param basis the version it is based on, {@code null} if nothing was ever
		 * written
		 * @param result the version it leads to
		 * @param documents the documents that are new, changed or deleted, each name once
		 * @param contents contents by hash
		 * @param obsolete hashes of contents to be deleted, none of which the write
		 * brings
		 */
		public Write(@Nullable Version basis, Version result, List<Document> documents, Map<String, byte[]> contents,
				Collection<String> obsolete) {
			this(basis, result, documents, contents, obsolete, List.of());
		}

	}

}
