package io.github.nacosfailover.store.shared;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import io.github.nacosfailover.backup.BackupFormat;

/**
 * Contents of documents, as they are kept: compressed, named by the hash of what they
 * say.
 */
final class Contents {

	/** A content is not believed to be larger: it may have been tampered with. */
	private static final int MAX_SIZE = 256 * 1024 * 1024;

	private Contents() {
	}

	static byte[] compress(byte[] content) {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream(content.length / 8 + 64);
		try (DeflaterOutputStream stream = new DeflaterOutputStream(compressed)) {
			stream.write(content);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return compressed.toByteArray();
	}

	/**
	 * Restores a content.
	 * @param hash its hash
	 * @param compressed the content as it is kept
	 * @return the content
	 * @throws IOException if it is damaged
	 */
	static byte[] restore(String hash, byte[] compressed) throws IOException {
		byte[] content;
		try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
			content = stream.readNBytes(MAX_SIZE);
		}
		if (!hash.equals(BackupFormat.digest(content))) {
			throw new IOException("content %s is damaged".formatted(hash));
		}
		return content;
	}

}
