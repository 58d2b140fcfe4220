package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.StoredJson;
import io.github.nacosfailover.store.document.DocumentAccess;
import io.github.nacosfailover.store.document.DocumentIndex;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;

/**
 * The redo log of data files: a document that says what the last write of backups does to
 * them. It is written together with the backups, so a reader can finish what a process
 * that died has left.
 */
final class DataFileLog {

	private DataFileLog() {
	}

	/**
	 * Put the log into the batch that it belongs to.
	 * @param batch the batch
	 * @param index the documents before it
	 * @param steps what it does to data files
	 */
	static void put(WriteBatch batch, DocumentIndex index, List<FileStep> steps) {
		ArrayNode array = StoredJson.MAPPER.createArrayNode();
		for (FileStep step : steps) {
			array.addObject()
				.put("file", step.file())
				.put("service", step.key().toString())
				.put("before", step.before())
				.put("after", step.after());
		}
		byte[] content = StoredJson.write(array);
		String text = StoredJson.MAPPER.createObjectNode()
			.put("previous", lastWrite(index))
			.put("boot", AppliedMark.boot())
			.toString();
		Document before = index.find(DocumentNames.DATA_FILES);
		batch.put(DocumentNames.DATA_FILES, BackupFormat.digest(content), text, content);
		if (before != null) {
			batch.obsolete(List.of(String.valueOf(before.hash())));
		}
	}

	/** Revision of the last write of backups, 0 if there was none. */
	static long lastWrite(DocumentIndex index) {
		Document document = index.find(DocumentNames.DATA_FILES);
		return (document != null) ? document.revision() : 0;
	}

	/** Revision of the write before it, 0 if there was none or it is not known. */
	static long previousWrite(DocumentIndex index) {
		return text(index).path("previous").asLong();
	}

	/** The boot of the machine in which it was written. */
	static String boot(DocumentIndex index) {
		return text(index).path("boot").asText();
	}

	private static JsonNode text(DocumentIndex index) {
		Document document = index.find(DocumentNames.DATA_FILES);
		try {
			return StoredJson.MAPPER.readTree((document != null) ? document.text() : "{}");
		}
		catch (JsonProcessingException ex) {
			return StoredJson.MAPPER.createObjectNode();
		}
	}

	/**
	 * Read what the last write does to data files.
	 * @throws IOException if that cannot be read
	 */
	static List<FileStep> steps(DocumentIndex index, DocumentAccess documents) throws IOException {
		Document document = index.find(DocumentNames.DATA_FILES);
		List<FileStep> steps = new ArrayList<>();
		if (document == null) {
			return steps;
		}
		try {
			for (JsonNode node : StoredJson.MAPPER.readTree(documents.read(String.valueOf(document.hash())))) {
				steps.add(new FileStep(node.path("file").asText(), ServiceKey.parse(node.path("service").asText()),
						StoredJson.text(node, "before"), StoredJson.text(node, "after")));
			}
			return steps;
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("the log of data files is damaged: " + ex.getMessage(), ex);
		}
	}

}
