package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Thrown if a file that is to be written is a symbolic link, which could lead anywhere.
 */
final class SymbolicLinkException extends IOException {

	private static final long serialVersionUID = 1L;

	SymbolicLinkException(Path link) {
		super("%s is a symbolic link, and nothing is written through links; delete the symbolic link, or change "
			.formatted(link) + "what it leads to by other means");
	}

}
