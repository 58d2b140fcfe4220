package io.github.nacosfailover.store.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.store.StoredJson;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;

/**
 * The state of a guard as one document.
 */
final class DocumentGuardState implements GuardState {

	private final DocumentAccess documents;

	private final String name;

	private volatile Known known = new Known("", Map.of());

	DocumentGuardState(DocumentAccess documents, String name) {
		this.documents = documents;
		this.name = name;
	}

	@Override
	public Object version() {
		try {
			Document document = this.documents.index().find(this.name);
			return (document != null) ? String.valueOf(document.hash()) : "";
		}
		catch (IOException ex) {
			return "unreadable";
		}
	}

	@Override
	public Map<ServiceKey, String> read() {
		try {
			return readOrNone(this.documents.index());
		}
		catch (IOException ex) {
			return Map.of();
		}
	}

	private Map<ServiceKey, String> readOrNone(DocumentIndex index) {
		try {
			return read(index);
		}
		catch (IOException | IllegalArgumentException ex) {
			return Map.of();
		}
	}

	private Map<ServiceKey, String> read(DocumentIndex index) throws IOException {
		Document document = index.find(this.name);
		String hash = (document != null) ? document.hash() : null;
		if (document == null || hash == null) {
			return Map.of();
		}
		Known known = this.known;
		if (!known.hash().equals(hash)) {
			byte[] content = document.text().isEmpty() ? this.documents.read(hash)
					: document.text().getBytes(StandardCharsets.UTF_8);
			known = new Known(hash, parse(content));
			this.known = known;
		}
		return known.texts();
	}

	private static Map<ServiceKey, String> parse(byte[] content) throws IOException {
		Map<ServiceKey, String> texts = new HashMap<>();
		for (Map.Entry<String, JsonNode> entry : StoredJson.MAPPER.readTree(content).properties()) {
			texts.put(ServiceKey.parse(entry.getKey()), entry.getValue().asText());
		}
		return Map.copyOf(texts);
	}

	@Override
	public void change(UnaryOperator<Map<ServiceKey, String>> change) throws IOException {
		this.documents.commit((index) -> {
			Map<ServiceKey, String> before = readOrNone(index);
			Map<ServiceKey, String> after = change.apply(before);
			return after.equals(before) ? null : batch(index, after);
		});
	}

	private WriteBatch batch(DocumentIndex index, Map<ServiceKey, String> texts) {
		ObjectNode root = StoredJson.MAPPER.createObjectNode();
		new TreeMap<>(texts).forEach((key, text) -> root.put(key.toString(), text));
		byte[] content = root.toString().getBytes(StandardCharsets.UTF_8);
		WriteBatch batch = new WriteBatch();
		batch.putText(this.name, BackupFormat.digest(content), content);
		batch.obsolete(index, this.name);
		return batch;
	}

	/**
	 * The state as it was last read.
	 *
	 * @param hash hash of its content
	 * @param texts texts by service
	 */
	private record Known(String hash, Map<ServiceKey, String> texts) {
	}

}
