package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Something that was to be written is a symbolic link. Whoever has put it there decides
 * what would be overwritten, so nothing is.
 */
final class SymbolicLinkException extends IOException {

	private static final long serialVersionUID = 1L;

	SymbolicLinkException(Path link) {
		super("%s is a symbolic link, and nothing is written through links; delete the symbolic link, or change "
			.formatted(link) + "what it leads to by other means");
	}

}
