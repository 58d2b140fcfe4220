package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.store.StoredJson;
import io.github.nacosfailover.store.disk.OwnFiles;
import io.github.nacosfailover.store.document.Contents;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link LocalCopy} in our own sub-directory of the failover directory.
 */
final class DirectoryCopy implements LocalCopy {

	private static final Logger logger = LoggerFactory.getLogger(DirectoryCopy.class);

	private static final String INDEX = "index.json";

	/** Shorter files are truncated or were edited. */
	private static final String HASH = "????????????????*";

	private final OwnFiles files;

	private final Path directory;

	private final long maxBackupSize;

	/**
	 * Creates a copy.
	 * @param failoverDirectory the failover directory of the namespace
	 * @param name tells copies of several stores apart
	 * @param maxBackupSize size in bytes that the content of a backup may have
	 */
	DirectoryCopy(Path failoverDirectory, String name, long maxBackupSize) {
		this.maxBackupSize = maxBackupSize;
		this.files = new OwnFiles(failoverDirectory, "copy-of-" + name);
		this.directory = this.files.directory();
	}

	@Override
	public Path location() {
		return this.directory;
	}

	@Override
	public DocumentIndex read() {
		Path index = this.directory.resolve(INDEX);
		if (!Files.exists(index)) {
			return DocumentIndex.EMPTY;
		}
		try {
			JsonNode root = StoredJson.MAPPER.readTree(Files.readAllBytes(index));
			List<Document> documents = new ArrayList<>();
			for (JsonNode node : root.path("documents")) {
				documents.add(new Document(node.path("name").asText(), node.path("revision").asLong(),
						node.path("hash").asText(), node.path("text").asText()));
			}
			String epoch = root.path("epoch").asText();
			return epoch.isEmpty() ? DocumentIndex.EMPTY
					: DocumentIndex.of(new Version(epoch, root.path("revision").asLong()), documents);
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Failover: the local copy {} cannot be read and is passed over: {}", index, ex.toString());
			return DocumentIndex.EMPTY;
		}
	}

	@Override
	public byte @Nullable [] content(String hash) {
		try {
			return Contents.restore(hash, Files.readAllBytes(this.directory.resolve(hash)), this.maxBackupSize);
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	@Override
	public Set<String> hashes() throws IOException {
		Set<String> hashes = new HashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, HASH)) {
			for (Path file : files) {
				String name = file.getFileName().toString();
				if (!name.endsWith(".tmp")) {
					hashes.add(name);
				}
			}
		}
		catch (NoSuchFileException ex) {
			// Comes with the first content.
		}
		return hashes;
	}

	@Override
	public void keep(String hash, byte[] content) throws IOException {
		this.files.write(hash, Contents.compress(content));
	}

	@Override
	public void keep(DocumentIndex documents) throws IOException {
		ObjectNode root = StoredJson.MAPPER.createObjectNode();
		Version version = Objects.requireNonNull(documents.version());
		root.put("epoch", version.epoch());
		root.put("revision", version.revision());
		ArrayNode array = root.putArray("documents");
		for (Document document : documents.all()) {
			array.addObject()
				.put("name", document.name())
				.put("revision", document.revision())
				.put("hash", document.hash())
				.put("text", document.text());
		}
		this.files.write(INDEX, StoredJson.write(root));
	}

	@Override
	public void delete(String hash) throws IOException {
		Files.deleteIfExists(this.directory.resolve(hash));
	}

}
