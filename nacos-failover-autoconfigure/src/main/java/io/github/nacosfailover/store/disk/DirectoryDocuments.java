package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.archive.DocumentArchive;
import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.Documents.Changes;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.Revisions;
import io.github.nacosfailover.store.document.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a failover directory as this process knows them. Safe for use by any
 * thread.
 */
final class DirectoryDocuments implements DocumentAccess {

	private static final int ATTEMPTS = 20;

	private final DiskDocuments documents;

	private final AppliedMark applied;

	private final long maxFileSize;

	private DocumentIndex index = DocumentIndex.EMPTY;

	/** The backups of the last documents that were not empty. */
	private ArchivedBackups backups = ArchivedBackups.NONE;

	private DocumentIndex backupsOf = DocumentIndex.EMPTY;

	DirectoryDocuments(Path failoverDirectory, long maxFileSize) {
		Path ownDirectory = failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY);
		Path directory = ownDirectory.resolve("archive");
		this.documents = new DiskDocuments(failoverDirectory, directory);
		this.applied = new AppliedMark(ownDirectory, directory);
		this.maxFileSize = maxFileSize;
	}

	@Override
	public String location() {
		return this.documents.location();
	}

	List<Problem> problems() {
		return this.documents.problems().stream().map((text) -> new Problem(location(), text)).toList();
	}

	AppliedMark applied() {
		return this.applied;
	}

	FileSignatures signatures() throws IOException {
		return new FileSignatures(FileSignature.of(this.documents.indexFile()), this.applied.signature());
	}

	@Override
	public synchronized DocumentIndex index() throws IOException {
		Changes changes = this.documents.changesSince(this.index.version());
		if (!Objects.equals(changes.version(), this.index.version())) {
			know(this.index.with(changes));
		}
		return this.index;
	}

	private synchronized void know(DocumentIndex index) {
		this.index = index;
	}

	/**
	 * Return the backups that data files had when they were last written or recorded.
	 * @throws IOException if the documents cannot be read
	 */
	synchronized ArchivedBackups backups() throws IOException {
		DocumentIndex index = index();
		return (index.version() != null) ? backupsOf(index) : ArchivedBackups.NONE;
	}

	private ArchivedBackups backupsOf(DocumentIndex index) {
		if (index != this.backupsOf) {
			long write = DataFileLog.lastWrite(index);
			if (write != this.backups.write() || write == 0) {
				this.backups = new ArchivedBackups(write, DocumentArchive.backups(index));
			}
			this.backupsOf = index;
		}
		return this.backups;
	}

	/**
	 * Return the last known backups, even if the documents are gone.
	 */
	synchronized ArchivedBackups lastKnownBackups() {
		return this.backups;
	}

	/**
	 * Return whether data files are in place as the last write of some documents wants
	 * them.
	 */
	boolean isApplied(DocumentIndex index) throws IOException {
		return this.applied.read().revision() >= DataFileLog.lastWrite(index);
	}

	/** Return whether data files are in place as the last write of backups wants them. */
	boolean isApplied() throws IOException {
		return isFinished(true);
	}

	/**
	 * Return whether nothing is left to do for the last write of backups.
	 * @param moved whether it is enough that data files were moved into place
	 */
	boolean isFinished(boolean moved) throws IOException {
		long write = DataFileLog.lastWrite(index());
		AppliedMark.Mark mark = this.applied.read();
		return write == 0 || (mark.revision() >= write && (moved || mark.forced()));
	}

	@Override
	public byte[] read(String hash) throws IOException {
		byte[] content = readStored(List.of(hash)).get(hash);
		if (content == null) {
			throw new LostContentException(
					"%s is damaged or gone: content %s is missing".formatted(this.documents.locate(hash), hash));
		}
		return restore(hash, content);
	}

	/**
	 * Restore a content.
	 * @throws LostContentException if it is damaged
	 */
	byte[] restore(String hash, byte[] content) throws IOException {
		try {
			return Contents.restore(hash, content, this.maxFileSize);
		}
		catch (IOException ex) {
			throw new LostContentException("%s is damaged: %s".formatted(this.documents.locate(hash), ex.getMessage()));
		}
	}

	/** Read contents as they are stored, without those that are missing. */
	Map<String, byte[]> readStored(Collection<String> hashes) throws IOException {
		return new HashMap<>(this.documents.contents(hashes));
	}

	Set<String> presentContents() throws IOException {
		return this.documents.contentHashes();
	}

	@Override
	public void commit(Proposal proposal) throws IOException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			DocumentIndex basis = index();
			WriteBatch batch = proposal.propose(basis);
			if (batch == null || write(basis, batch)) {
				return;
			}
		}
		throw new IOException("other processes write %s without end".formatted(location()));
	}

	/**
	 * Write a batch if the documents are still those that it is based on.
	 * @return whether it was written
	 */
	boolean write(DocumentIndex basis, WriteBatch batch) throws IOException {
		Version version = basis.version();
		Version result = (version != null) ? new Version(version.epoch(), Revisions.after(version.revision()))
				: new Version(UUID.randomUUID().toString(), Revisions.after(0));
		Write write = batch.write(version, result);
		if (!this.documents.write(write)) {
			return false;
		}
		know(basis.with(new Changes(result, false, write.documents())));
		backups();
		return true;
	}

	/**
	 * Signatures of the files that change with each write.
	 *
	 * @param index the index of documents
	 * @param applied the mark of what data files have followed
	 */
	record FileSignatures(@Nullable FileSignature index, @Nullable FileSignature applied) {
	}

}
