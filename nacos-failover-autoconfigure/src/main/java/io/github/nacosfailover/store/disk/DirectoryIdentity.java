package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether a failover directory is still the same one. The file key is not
 * sufficient: a directory that is deleted and created again often gets the same inode. So
 * the first write puts an id into {@code .nacos-failover}. Used under the lock of the
 * {@link DiskStore}.
 */
final class DirectoryIdentity {

	private static final String FILE = "directory";

	private static final int MAX_SIZE = 100;

	private final Path file;

	private boolean known;

	private boolean wasAway;

	private @Nullable Object fileKey;

	private @Nullable FileSignature signature;

	private @Nullable String id;

	DirectoryIdentity(Path directory) {
		this.file = directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve(FILE);
	}

	/**
	 * Writes an id, unless there is one.
	 * @param ownDirectory the sub-directory that is ours alone
	 */
	static void leave(Path ownDirectory) {
		Path file = ownDirectory.resolve(FILE);
		try {
			if (FileSignature.of(file) != null) {
				return;
			}
			byte[] content = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
			try (NewFile created = new NewFile(file, content, ownDirectory)) {
				created.moveIfMissing();
			}
		}
		catch (IOException ex) {
			// On a full disk a lock and a switch may still be written; what fails tells.
		}
	}

	/** Records that there was no directory, or that it has been created anew. */
	void away() {
		this.wasAway = this.known;
	}

	/**
	 * Whether the directory was there before, and has not been seen again since it went.
	 */
	boolean isAway() {
		return this.wasAway;
	}

	/**
	 * Looks at the directory.
	 * @param found the directory as it is now
	 * @return whether it is another one than before
	 */
	boolean isAnother(FileSignature found) {
		String before = this.id;
		readId();
		boolean another = this.known && (this.wasAway || !Objects.equals(this.fileKey, found.fileKey())
				|| (before != null && !before.equals(this.id)));
		this.known = true;
		this.wasAway = false;
		this.fileKey = found.fileKey();
		return another;
	}

	private void readId() {
		try {
			FileSignature found = FileSignature.of(this.file);
			if (!Objects.equals(found, this.signature)) {
				this.id = (found != null) ? new String(RegularFile.read(this.file, MAX_SIZE), StandardCharsets.US_ASCII)
						: null;
				this.signature = found;
			}
		}
		catch (IOException ex) {
			// Then only the file key can be compared.
		}
	}

}
