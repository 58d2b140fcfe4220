package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A place in our own sub-directory for files that are moved out of the way. Nobody looks
 * there but an operator.
 */
final class SetAside {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private final Path failoverDirectory;

	private final Path directory;

	SetAside(Path failoverDirectory) {
		this.failoverDirectory = failoverDirectory;
		this.directory = failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY)
			.resolve("migrated-" + TIME.format(Instant.now()));
	}

	/**
	 * Moves a file, if it is there.
	 * @param file the file
	 * @throws IOException if it cannot be moved
	 */
	void move(Path file) throws IOException {
		if (Files.exists(file)) {
			create();
			Files.move(file, target(file));
		}
	}

	/**
	 * Copies a file, if it is there.
	 * @param file the file
	 * @throws IOException if it cannot be copied
	 */
	void copy(Path file) throws IOException {
		if (Files.exists(file)) {
			create();
			Files.copy(file, target(file));
		}
	}

	private Path target(Path file) {
		return this.directory.resolve(file.getFileName());
	}

	private void create() throws IOException {
		OwnDirectory.create(this.failoverDirectory, this.failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY));
		if (!Files.isDirectory(this.directory)) {
			Files.createDirectory(this.directory);
		}
	}

}
