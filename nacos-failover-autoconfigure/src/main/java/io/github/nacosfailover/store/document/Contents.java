package io.github.nacosfailover.store.document;

import java.io.IOException;

import io.github.nacosfailover.backup.BackupFormat;

/**
 * Contents of documents as they are stored: compressed, and named by the hash of the
 * uncompressed content.
 */
public final class Contents {

	/**
	 * Maximum compression ratio of contents that are larger than a backup may be, such as
	 * manifests of many services.
	 */
	private static final int MAX_RATIO = 16;

	private Contents() {
	}

	public static byte[] compress(byte[] content) {
		return Compression.compressOne(content);
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
	public static byte[] restore(String hash, byte[] compressed, long maxBackupSize) throws IOException {
		long max = Math.min(Math.max(maxBackupSize, (long) MAX_RATIO * compressed.length), Integer.MAX_VALUE - 9);
		byte[] content = Compression.expand(compressed, (int) max);
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
