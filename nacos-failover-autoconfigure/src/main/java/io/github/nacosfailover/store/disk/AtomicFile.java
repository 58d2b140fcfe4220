package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

import org.jspecify.annotations.Nullable;

/**
 * Writes files so that a crash at any instant leaves the old or the new one.
 */
final class AtomicFile {

	private AtomicFile() {
	}

	/**
	 * Writes a temporary file, forces it to the disk, and moves it into place.
	 * @param target the file to write; a symbolic link is refused
	 * @param content its new content
	 * @param temporaryDirectory an existing directory on the same file system
	 * @param modified the modification time it must have, {@code null} for now
	 * @throws IOException if it cannot be written, in which case the old file is
	 * untouched
	 */
	static void write(Path target, byte[] content, Path temporaryDirectory, @Nullable FileTime modified)
			throws IOException {
		try (NewFile file = new NewFile(target, content, temporaryDirectory)) {
			if (modified != null) {
				file.setModified(modified.toInstant());
			}
			file.move();
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
