package io.github.nacosfailover.store.redis;

import java.nio.charset.StandardCharsets;

import io.github.nacosfailover.store.document.Documents.Document;

/**
 * A document as a value of Redis: revision, hash and text, each but the text on a line of
 * its own, the hash empty if the document is deleted.
 */
final class DocumentFormat {

	private DocumentFormat() {
	}

	static byte[] write(Document document) {
		String hash = (document.hash() != null) ? document.hash() : "";
		return (document.revision() + "\n" + hash + "\n" + document.text()).getBytes(StandardCharsets.UTF_8);
	}

	static Document read(byte[] name, byte[] value) {
		String[] parts = new String(value, StandardCharsets.UTF_8).split("\n", 3);
		if (parts.length != 3) {
			throw new IllegalStateException("the documents are not in the format of this version");
		}
		return new Document(new String(name, StandardCharsets.UTF_8), Long.parseLong(parts[0]),
				parts[1].isEmpty() ? null : parts[1], parts[2]);
	}

}
