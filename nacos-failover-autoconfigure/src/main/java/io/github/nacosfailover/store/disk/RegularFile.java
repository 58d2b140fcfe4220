package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Reads files of which nobody knows what they are: anything else than a regular file is
 * never opened, since opening a named pipe blocks. What hangs all the same is given up:
 * see {@link BoundedReads}. Symbolic links are followed.
 */
final class RegularFile {

	private static final int MAX_ARRAY = Integer.MAX_VALUE - 9;

	private static final BoundedReads reads = new BoundedReads(Duration.ofSeconds(5));

	private RegularFile() {
	}

	/**
	 * Reads a whole file.
	 * @param file the file
	 * @return its content
	 * @throws IOException if it cannot be read in time
	 */
	static byte[] read(Path file) throws IOException {
		return read(file, MAX_ARRAY);
	}

	/**
	 * Reads the beginning of a file.
	 * @param file the file
	 * @param limit as many bytes are read at most
	 * @return its content
	 * @throws IOException if it cannot be read in time
	 */
	static byte[] read(Path file, int limit) throws IOException {
		return reads.call(file, () -> {
			try (InputStream stream = open(file)) {
				return stream.readNBytes(limit);
			}
		});
	}

	/**
	 * Refuses a file of ours that somebody has replaced by what must not be opened.
	 * @param file the file
	 * @param found what it looks like, {@code null} if there is no such file
	 * @throws DamagedFileException if it is a named pipe, a socket or a device
	 */
	static void refuseSpecial(Path file, @Nullable FileSignature found) throws DamagedFileException {
		if (found != null && found.special()) {
			throw new DamagedFileException(file, "it is a named pipe, a socket or a device");
		}
	}

	/**
	 * Opens a file. Between the look at it and the opening it may be replaced, so call
	 * this where waiting does no harm.
	 * @param file the file
	 * @return its content
	 * @throws IOException if it is not a regular file, or cannot be opened
	 */
	static InputStream open(Path file) throws IOException {
		FileSignature signature = FileSignature.of(file);
		if (signature == null || signature.dangling()) {
			throw new NoSuchFileException(file.toString());
		}
		if (signature.special()) {
			throw new IOException("it is a named pipe, a socket or a device; put a regular file in its place");
		}
		return Files.newInputStream(file);
	}

}
