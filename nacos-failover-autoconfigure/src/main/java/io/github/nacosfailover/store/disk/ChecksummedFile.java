package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

import io.github.nacosfailover.backup.BackupFormat;

/**
 * A file whose first line is the digest of the rest, so that damage is detected before
 * the content is used.
 */
final class ChecksummedFile {

	private static final String PREFIX = "sha256:";

	/** The digest in hexadecimal digits, and the end of the line. */
	private static final int HEADER = PREFIX.length() + 64 + 1;

	private ChecksummedFile() {
	}

	/**
	 * Puts the digest before content.
	 * @param content the content
	 * @return what to write into the file
	 */
	static byte[] encode(byte[] content) {
		byte[] header = (PREFIX + BackupFormat.digest(content) + "\n").getBytes(StandardCharsets.US_ASCII);
		byte[] encoded = Arrays.copyOf(header, header.length + content.length);
		System.arraycopy(content, 0, encoded, header.length, content.length);
		return encoded;
	}

	/**
	 * Reads a file.
	 * @param file the file
	 * @return its content without the digest
	 * @throws DamagedFileException if the content is not what was written
	 * @throws IOException if it cannot be read
	 */
	static byte[] read(Path file) throws IOException {
		RegularFile.refuseSpecial(file, FileSignature.of(file));
		byte[] bytes = RegularFile.read(file);
		if (bytes.length < HEADER) {
			throw new DamagedFileException(file, "it is cut off");
		}
		byte[] content = Arrays.copyOfRange(bytes, HEADER, bytes.length);
		String expected = new String(bytes, 0, HEADER - 1, StandardCharsets.US_ASCII);
		if (!expected.equals(PREFIX + BackupFormat.digest(content))) {
			throw new DamagedFileException(file, "its content does not have the digest in its first line");
		}
		return content;
	}

}
