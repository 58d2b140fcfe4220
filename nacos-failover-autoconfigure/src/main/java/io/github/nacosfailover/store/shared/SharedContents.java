package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import org.jspecify.annotations.Nullable;

/**
 * Contents by their hash: from the local copy, and from the engine where that does not
 * have them.
 */
final class SharedContents implements SharedBackup.ContentReader {

	private final Documents documents;

	private final LocalCopy copy;

	private final BooleanSupplier engineSilent;

	private final long maxBackupSize;

	/** What is to be in the copy but is not yet: a disk takes its time. */
	private final Map<String, byte[]> toKeep = new ConcurrentHashMap<>();

	private volatile @Nullable String problem;

	private Set<Document> kept = Set.of();

	/**
	 * Creates the access to them.
	 * @param documents the engine's
	 * @param copy the local copy
	 * @param maxBackupSize size in bytes that the content of a backup may have
	 * @param engineSilent whether the engine is known not to answer
	 */
	SharedContents(Documents documents, LocalCopy copy, long maxBackupSize, BooleanSupplier engineSilent) {
		this.maxBackupSize = maxBackupSize;
		this.documents = documents;
		this.copy = copy;
		this.engineSilent = engineSilent;
	}

	/**
	 * Reads one, for a query that could not wait for the thread or an archive.
	 */
	@Override
	public byte[] read(String hash) throws IOException {
		byte[] near = near(hash);
		if (near != null) {
			return near;
		}
		if (this.engineSilent.getAsBoolean()) {
			// A query that waits in vain is worse than one that is answered live.
			throw new IOException("the store does not answer");
		}
		byte[] found = fetch(List.of(hash)).get(hash);
		if (found == null) {
			throw new IOException("the store does not have its content any more");
		}
		return found;
	}

	byte @Nullable [] near(String hash) {
		byte[] content = this.toKeep.get(hash);
		return (content != null) ? content : this.copy.content(hash);
	}

	/**
	 * Reads some from the engine.
	 * @return those that it has and that are whole
	 * @throws IOException if the engine does not answer, or it is one and damaged
	 */
	Map<String, byte[]> fetch(Collection<String> hashes) throws IOException {
		Map<String, byte[]> restored = new HashMap<>();
		for (Map.Entry<String, byte[]> entry : this.documents.contents(hashes).entrySet()) {
			try {
				restored.put(entry.getKey(), Contents.restore(entry.getKey(), entry.getValue(), this.maxBackupSize));
			}
			catch (IOException ex) {
				if (hashes.size() == 1) {
					throw ex;
				}
				// The caller that needs it fetches it alone and gets the error.
			}
		}
		return restored;
	}

	/**
	 * Notes a content that is in use, for the next time that the copy is written.
	 */
	void toKeep(String hash, byte[] content) {
		this.toKeep.put(hash, content);
	}

	/**
	 * The documents that were kept when this process last ran.
	 */
	DocumentIndex readKept() {
		DocumentIndex index = this.copy.read();
		this.kept = Set.copyOf(index.all());
		return index;
	}

	/**
	 * Keeps documents and their contents, if they are others than last time.
	 * @param wanted tells the documents, {@code null} if that cannot be determined now
	 * @param loaded tells the content of one from memory. It may be missing though it was
	 * kept once: the disk is full, or files were deleted.
	 */
	synchronized void keep(Supplier<@Nullable DocumentIndex> wanted, Function<Document, byte @Nullable []> loaded) {
		// What is noted from here on may not be wanted before the next time.
		Set<String> noted = Set.copyOf(this.toKeep.keySet());
		DocumentIndex documents = wanted.get();
		if (documents == null) {
			return;
		}
		Set<Document> all = Set.copyOf(documents.all());
		try {
			if (!all.equals(this.kept)) {
				keep(documents, loaded);
				this.kept = all;
				this.problem = null;
			}
		}
		catch (IOException ex) {
			this.problem = "the local copy cannot be written, so a restart depends on %s: %s"
				.formatted(this.documents.location(), ex);
		}
		this.toKeep.keySet().removeAll(noted);
	}

	private void keep(DocumentIndex documents, Function<Document, byte @Nullable []> loaded) throws IOException {
		Set<String> there = new HashSet<>(this.copy.hashes());
		Map<String, byte[]> contents = new HashMap<>();
		for (Document document : documents.all()) {
			String hash = String.valueOf(document.hash());
			if (there.add(hash)) {
				byte[] noted = this.toKeep.get(hash);
				byte[] content = (noted != null) ? noted : loaded.apply(document);
				if (content != null) {
					contents.put(hash, content);
				}
			}
		}
		this.copy.keep(documents, contents);
	}

	@Nullable String problem() {
		return this.problem;
	}

	String copyLocation() {
		return this.copy.location();
	}

}
