package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Writes files so that a crash at any instant leaves the old or the new one.
 */
final class AtomicFile {

	private AtomicFile() {
	}

	/**
	 * Writes a temporary file, forces it to the disk, and moves it into place.
	 * @param target the file to write; a symbolic link is followed
	 * @param content its new content
	 * @param temporaryDirectory an existing directory on the same file system
	 * @param modified the modification time it must have, {@code null} for now
	 * @throws IOException if it cannot be written, in which case the old file is
	 * untouched
	 */
	static void write(Path target, byte[] content, Path temporaryDirectory, @Nullable FileTime modified)
			throws IOException {
		Path destination = Files.isSymbolicLink(target) ? target.toRealPath() : target;
		Path temporary = temporaryDirectory.resolve(UUID.randomUUID() + ".tmp");
		try {
			writeForced(temporary, content);
			if (modified != null) {
				Files.setLastModifiedTime(temporary, modified);
			}
			Files.move(temporary, destination, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(temporary);
		}
		forceDirectory(destination.toAbsolutePath().getParent());
	}

	/**
	 * Writes a new file and forces it to the disk, not yet its name.
	 * @param file the file, which must not exist
	 * @param content its content
	 * @throws IOException if it cannot be written; there may be half of it
	 */
	private static void writeForced(Path file, byte[] content) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			channel.force(true);
		}
		catch (IOException ex) {
			throw WriteFailure.locate(file, ex);
		}
	}

	/**
	 * Forces names that were given or taken away in a directory to the disk.
	 * @param directory the directory
	 */
	static void forceDirectory(@Nullable Path directory) {
		if (directory == null) {
			return;
		}
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Not every platform lets a directory be opened; the move itself was atomic.
		}
	}

}
