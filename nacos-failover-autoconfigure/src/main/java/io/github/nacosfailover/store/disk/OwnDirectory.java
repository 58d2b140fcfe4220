package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/**
 * The sub-directory of a failover directory that holds what is ours alone.
 */
final class OwnDirectory {

	private static final Duration STALE = Duration.ofMinutes(5);

	private OwnDirectory() {
	}

	/**
	 * Creates the directory, readable by its owner only, and the directories above it as
	 * the client would; removes what a writer that died has left behind.
	 * @param failoverDirectory the failover directory
	 * @param directory the sub-directory
	 * @throws IOException if it cannot be created
	 */
	static void create(Path failoverDirectory, Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			deleteStaleFiles(directory);
			return;
		}
		// Before Java 20 createDirectories fails on a symbolic link to a directory.
		if (!Files.isDirectory(failoverDirectory)) {
			Files.createDirectories(failoverDirectory);
		}
		if (Files.getFileStore(failoverDirectory).supportsFileAttributeView(PosixFileAttributeView.class)) {
			Files.createDirectories(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		else {
			Files.createDirectories(directory);
		}
	}

	private static void deleteStaleFiles(Path directory) {
		Instant limit = Instant.now().minus(STALE);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory,
				(file) -> file.getFileName().toString().endsWith(".tmp"))) {
			for (Path file : files) {
				if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
					Files.deleteIfExists(file);
				}
			}
		}
		catch (IOException ex) {
			// They do no harm, and the next write tries again.
		}
	}

}
