package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A data file that a write replaces, creates or deletes.
 */
final class PlannedFile {

	private final FileStep step;

	private final Path path;

	private final @Nullable FileSignature expected;

	private final @Nullable WrittenContent content;

	private final @Nullable Path temporary;

	private volatile boolean touched;

	private volatile @Nullable FileSignature result;

	private volatile boolean deleted;

	/**
	 * Plans what to do with a file.
	 * @param step what to do
	 * @param path the file
	 * @param expected what the file looks like now, {@code null} if it is not there
	 * @param content its new content, {@code null} to delete it
	 * @param temporary where that is already, {@code null} to delete the file
	 */
	PlannedFile(FileStep step, Path path, @Nullable FileSignature expected, @Nullable WrittenContent content,
			@Nullable Path temporary) {
		this.step = step;
		this.path = path;
		this.expected = expected;
		this.content = content;
		this.temporary = temporary;
	}

	ServiceKey key() {
		return this.step.key();
	}

	FileStep step() {
		return this.step;
	}

	@Nullable WrittenContent content() {
		return this.content;
	}

	/**
	 * Does what was planned, unless somebody has changed the file since it was looked at.
	 * @throws IOException if it cannot be done
	 */
	void apply() throws IOException {
		if (isChanged()) {
			return;
		}
		this.touched = true;
		if (this.temporary == null) {
			Files.deleteIfExists(this.path);
			this.deleted = true;
			return;
		}
		Files.move(this.temporary, this.path, StandardCopyOption.ATOMIC_MOVE);
		this.result = FileSignature.of(this.path);
	}

	private boolean isChanged() throws IOException {
		// The old way to look throws nothing: of thousands of files most are not there.
		return (this.expected != null) ? !Objects.equals(this.expected, FileSignature.of(this.path))
				: this.path.toFile().exists();
	}

	/**
	 * Puts back what was there before.
	 * @param previous reads that
	 * @param work directory for temporary files
	 * @throws IOException if it cannot be put back
	 */
	void undo(Previous previous, Path work) throws IOException {
		if (!this.touched || !Objects.equals(digest(this.path), this.step.after())) {
			return;
		}
		if (this.step.before() == null) {
			Files.deleteIfExists(this.path);
		}
		else {
			AtomicFile.write(this.path, previous.content(this.step.key(), this.step.before()), work, null);
		}
	}

	/**
	 * Whether the file was left alone, since somebody has changed it in between.
	 * @return {@code true} after {@link #apply} has done nothing
	 */
	boolean isLeftAlone() {
		return !this.touched;
	}

	/**
	 * The file as it is now.
	 * @param reader reads the data files
	 * @return the file, {@code null} if it was left alone
	 */
	@Nullable WrittenFile written(DataFileReader reader) {
		FileSignature signature = this.result;
		if (this.deleted) {
			return new WrittenFile(this.step.file(), null, null);
		}
		if (signature == null || this.content == null) {
			return null;
		}
		return new WrittenFile(this.step.file(), signature,
				DiskBackup.written(this.step.key(), this.path, reader, signature.modified(), this.content));
	}

	/**
	 * Digest of what a file has now.
	 * @param file the file
	 * @return the digest, {@code null} if there is no file
	 * @throws IOException if it cannot be read
	 */
	static @Nullable String digest(Path file) throws IOException {
		return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? BackupFormat.digest(RegularFile.read(file)) : null;
	}

	/** Knows what files were before. */
	interface Previous {

		/**
		 * Reads what a file was before.
		 * @param key its service
		 * @param digest digest of its content
		 * @return the content
		 * @throws IOException if it cannot be read
		 */
		byte[] content(ServiceKey key, String digest) throws IOException;

	}

}
