package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The sub-directory of a failover directory that holds what is ours alone.
 */
final class OwnDirectory {

	private OwnDirectory() {
	}

	/**
	 * Creates the directory, readable by its owner only, and the directories above it as
	 * the client would.
	 * @param directory the directory
	 * @throws IOException if it cannot be created
	 */
	static void create(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			return;
		}
		Files.createDirectories(directory.getParent());
		if (Files.getFileStore(directory.getParent()).supportsFileAttributeView(PosixFileAttributeView.class)) {
			Files.createDirectories(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		else {
			Files.createDirectories(directory);
		}
	}

}
