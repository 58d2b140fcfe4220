package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.MissingContentsException;
import io.github.nacosfailover.store.document.Revisions;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the documents of a {@link SharedStore} and writes them, once no other process
 * has written meanwhile. Called under the lock of the store.
 */
final class SharedWrites {

	private static final Logger logger = LoggerFactory.getLogger(SharedWrites.class);

	private static final int ATTEMPTS = 50;

	private final Documents documents;

	private final SharedView view;

	private final Runnable lookSoon;

	/**
	 * Creates a new instance.
	 * @param documents the documents
	 * @param view what this process knows of them
	 * @param lookSoon asks for another look
	 */
	SharedWrites(Documents documents, SharedView view, Runnable lookSoon) {
		this.documents = documents;
		this.view = view;
		this.lookSoon = lookSoon;
	}

	private DocumentIndex index() {
		return this.view.index();
	}

	private String location() {
		return this.documents.location();
	}

	/**
	 * Writes what is proposed for the documents as they are.
	 * @param proposal tells what to write, {@code null} for nothing; asked again after
	 * another process has written
	 * @throws UnavailableStoreException if it may have been written or not
	 * @throws IOException if contents that it needs are gone; nothing has changed then
	 */
	void attempt(DocumentAccess.Proposal proposal) throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			WriteBatch batch = proposal.propose(index());
			if (batch == null || confirm(batch, attempt)) {
				return;
			}
		}
		throw unconfirmed(new IOException("other processes write without end"));
	}

	private boolean confirm(WriteBatch batch, int attempt) throws IOException {
		try {
			if (writeWhole(batch)) {
				return true;
			}
			pause(attempt);
			look();
			return false;
		}
		catch (MissingContentsException ex) {
			throw new IOException(ex.getMessage() + "; take a snapshot anew, or restore another one", ex);
		}
		catch (IOException ex) {
			throw unconfirmed(ex);
		}
	}

	private UnavailableStoreException unconfirmed(IOException ex) {
		return new UnavailableStoreException(
				"%s has not confirmed the change, which it may have carried out or not: %s; look again, and repeat it"
					.formatted(location(), ex.getMessage()),
				ex);
	}

	private boolean write(WriteBatch batch) throws IOException {
		Version basis = index().version();
		Version result = (basis != null) ? new Version(basis.epoch(), Revisions.after(basis.revision()))
				: new Version(newEpoch(), Revisions.after(0));
		note(batch, index().revisions().with(result.revision()));
		Write write = batch.write(basis, result);
		boolean done = this.documents.write(write);
		if (done) {
			this.view.take(new Changes(result, false, write.documents()), batch.plainContents());
		}
		return done;
	}

	/**
	 * Writes, and puts back contents that another process, or an eviction, has taken
	 * away, as far as this process has them.
	 */
	private boolean writeWhole(WriteBatch batch) throws IOException {
		try {
			return write(batch);
		}
		catch (MissingContentsException ex) {
			for (String hash : ex.hashes()) {
				byte[] brought = batch.plainContents().get(hash);
				byte[] content = (brought != null) ? brought : this.view.contentAtHand(hash);
				if (content == null) {
					throw ex;
				}
				batch.bring(hash, content);
			}
			return write(batch);
		}
	}

	private static void note(WriteBatch batch, Revisions revisions) {
		String text = revisions.write();
		batch.putInline(DocumentNames.REVISIONS, BackupFormat.digest(text.getBytes(StandardCharsets.UTF_8)), text);
	}

	private static String newEpoch() {
		return UUID.randomUUID().toString();
	}

	private static void pause(int attempt) throws IOException {
		try {
			TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(1, 5L * (attempt + 2)));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/**
	 * Looks for changes.
	 * @return whether the state has changed
	 */
	boolean look() throws IOException {
		Changes changes = this.documents.changesSince(this.view.version());
		return index().isContinuedBy(changes) ? this.view.follow(changes) : heal(changes);
	}

	/**
	 * Gives an engine back what it has lost. Until that is done, nothing of it counts.
	 */
	private boolean heal(Changes changes) throws IOException {
		Changes all = changes.complete() ? changes : this.documents.changesSince(null);
		DocumentIndex found = DocumentIndex.of(all.version(), all.documents());
		WriteBatch batch = new LostDocuments(this.view).missingIn(found);
		logger.warn(
				"Failover: {} has other data than before (revision {}, now {}), which do not count until what they lack "
						+ "is put back: {} documents",
				location(), revision(index()), revision(found), batch.size());
		if (batch.isEmpty()) {
			return this.view.replace(found, Map.of());
		}
		long revision = Revisions.after(Math.max(revision(found), revision(index())));
		Version version = new Version(newEpoch(), revision);
		note(batch, Revisions.read(null).with(revision));
		Write write = batch.write(found.version(), version);
		if (!this.documents.write(write)) {
			// Another process was quicker: the next look tells what it has put back.
			this.lookSoon.run();
			return false;
		}
		return this.view.replace(found.with(new Changes(version, false, write.documents())), batch.plainContents());
	}

	private static long revision(DocumentIndex index) {
		Version version = index.version();
		return (version != null) ? version.revision() : 0;
	}

}
