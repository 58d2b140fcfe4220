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

	/**
	 * How many times as large as what is kept a content may be that is larger than any
	 * backup: lists of many services are, which have their hashes in them.
	 */
	private static final int MAX_RATIO = 16;

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
	 * @param maxBackupSize size in bytes that the content of a backup may have
	 * @return the content
	 * @throws IOException if it is damaged, or larger than it can be: it may have been
	 * tampered with
	 */
	static byte[] restore(String hash, byte[] compressed, long maxBackupSize) throws IOException {
		long max = Math.min(Math.max(maxBackupSize, (long) MAX_RATIO * compressed.length), Integer.MAX_VALUE - 9);
		byte[] content;
		try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
			content = stream.readNBytes((int) max + 1);
		}
		if (content.length > max) {
			throw new IOException(
					"content %s is larger than %s bytes; raise nacos.failover.disk.max-file-size if it is "
						.formatted(hash, max) + "to be that large");
		}
		if (!hash.equals(BackupFormat.digest(content))) {
			throw new IOException("content %s is damaged".formatted(hash));
		}
		return content;
	}

}
