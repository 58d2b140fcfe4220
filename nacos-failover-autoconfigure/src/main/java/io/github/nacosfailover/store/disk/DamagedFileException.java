package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * Thrown if a file of the starter does not have the content that was written.
 */
final class DamagedFileException extends IOException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String file;

	DamagedFileException(Path file, String fault) {
		super("%s is damaged: %s".formatted(file, fault));
		this.file = file.toString();
	}

	String file() {
		return this.file;
	}

}
