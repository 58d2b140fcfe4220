package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;

/**
 * A file that is written under a name nobody can foresee, forced to the disk, and then
 * moved into place.
 */
final class NewFile implements AutoCloseable {

	/** Of the names of temporary files. */
	static final String SUFFIX = ".tmp";

	private final Path target;

	private final Path temporary;

	/**
	 * Writes the file.
	 * @param target its place, which may not be a symbolic link: what that leads to is
	 * not ours
	 * @param content its content
	 * @param temporaryDirectory an existing directory on the same file system
	 * @throws IOException if it cannot be written
	 */
	NewFile(Path target, byte[] content, Path temporaryDirectory) throws IOException {
		if (Files.isSymbolicLink(target)) {
			throw new SymbolicLinkException(target);
		}
		this.target = target;
		this.temporary = temporaryDirectory.resolve(UUID.randomUUID() + SUFFIX);
		boolean written = false;
		try {
			writeForced(this.temporary, content);
			written = true;
		}
		finally {
			if (!written) {
				close();
			}
		}
	}

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
	 * Sets the modification time.
	 * @param time the time
	 * @return the time that the file system has stored
	 * @throws IOException if it cannot be set
	 */
	Instant setModified(Instant time) throws IOException {
		Files.setLastModifiedTime(this.temporary, FileTime.from(time));
		return Files.getLastModifiedTime(this.temporary, LinkOption.NOFOLLOW_LINKS).toInstant();
	}

	/**
	 * Puts the file in its place. What comes there meanwhile is replaced, a symbolic link
	 * too, never what that leads to.
	 * @throws IOException if it cannot be moved, in which case the old file is untouched
	 */
	void move() throws IOException {
		Files.move(this.temporary, this.target, StandardCopyOption.ATOMIC_MOVE);
		AtomicFile.forceDirectory(this.target.toAbsolutePath().getParent());
	}

	/**
	 * Puts the file in its place, unless there is anything.
	 * @throws IOException if it cannot be moved
	 */
	void moveIfMissing() throws IOException {
		try {
			link();
		}
		catch (FileAlreadyExistsException ex) {
			return;
		}
		AtomicFile.forceDirectory(this.target.toAbsolutePath().getParent());
	}

	private void link() throws IOException {
		try {
			Files.createLink(this.target, this.temporary);
		}
		catch (FileAlreadyExistsException ex) {
			throw ex;
		}
		catch (IOException | UnsupportedOperationException ex) {
			// Not every file system has hard links.
			Files.move(this.temporary, this.target);
		}
	}

	@Override
	public void close() throws IOException {
		Files.deleteIfExists(this.temporary);
	}

}
