package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.github.nacosfailover.store.shared.SharedDocuments.Document;
import io.github.nacosfailover.store.shared.SharedDocuments.Version;
import org.jspecify.annotations.Nullable;

/**
 * Contents by their hash: from the local copy, and from the engine where that does not
 * have them.
 */
final class SharedContents implements SharedBackup.ContentReader {

	private final SharedDocuments documents;

	private final LocalCopy copy;

	private final BooleanSupplier engineSilent;

	private volatile @Nullable String problem;

	private Set<Document> kept = Set.of();

	/**
	 * Creates the access to them.
	 * @param documents the engine's
	 * @param copy the local copy
	 * @param engineSilent whether the engine is known not to answer
	 */
	SharedContents(SharedDocuments documents, LocalCopy copy, BooleanSupplier engineSilent) {
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
		return this.copy.content(hash);
	}

	/**
	 * Reads some from the engine.
	 * @return those that it has
	 */
	Map<String, byte[]> fetch(Collection<String> hashes) throws IOException {
		Map<String, byte[]> restored = new HashMap<>();
		for (Map.Entry<String, byte[]> entry : this.documents.contents(hashes).entrySet()) {
			restored.put(entry.getKey(), Contents.restore(entry.getKey(), entry.getValue()));
		}
		return restored;
	}

	void keep(String hash, byte[] content) {
		try {
			this.copy.keep(hash, content);
			this.problem = null;
		}
		catch (IOException ex) {
			this.problem = problem(ex);
		}
	}

	/**
	 * The documents that were kept when this process last ran.
	 */
	SharedIndex readKept() {
		SharedIndex index = this.copy.read();
		this.kept = Set.copyOf(index.all());
		return index;
	}

	/**
	 * Keeps documents and their contents, if they are others than last time.
	 * @param version the version they are from
	 * @param wanted the documents
	 * @param loaded tells the content of one from memory. It may be missing though it was
	 * kept once: a full disk, or hands.
	 */
	void keep(Version version, Collection<Document> wanted, Function<Document, byte @Nullable []> loaded) {
		Set<Document> documents = Set.copyOf(wanted);
		if (documents.equals(this.kept)) {
			return;
		}
		try {
			for (Document document : documents) {
				String hash = String.valueOf(document.hash());
				byte[] content = this.copy.has(hash) ? null : loaded.apply(document);
				if (content != null) {
					this.copy.keep(hash, content);
				}
			}
			this.copy.keep(version, wanted);
			this.kept = documents;
			this.problem = null;
		}
		catch (IOException ex) {
			this.problem = problem(ex);
		}
	}

	private String problem(IOException ex) {
		return "the local copy cannot be written, so a restart depends on %s: %s".formatted(this.documents.location(),
				ex);
	}

	@Nullable String problem() {
		return this.problem;
	}

	String copyLocation() {
		return this.copy.location().toString();
	}

}
