package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

import org.jspecify.annotations.Nullable;

/**
 * Tells an operator why something could not be read, and what to do. The message of most
 * exceptions of the file system is the path alone.
 */
final class ReadFailure {

	private ReadFailure() {
	}

	static String explain(IOException ex) {
		if (ex instanceof AccessDeniedException) {
			return "this process has no permission; give it permission to read the file";
		}
		if (ex instanceof NoSuchFileException) {
			return "it is gone";
		}
		if (ex instanceof FileSystemException failure) {
			return cure(failure.getReason());
		}
		String message = ex.getMessage();
		return "Is a directory".equals(message) ? cure(message) : (message != null) ? message : ex.toString();
	}

	private static String cure(@Nullable String reason) {
		if (reason == null) {
			return "the file system refuses it; see to it that it can be read";
		}
		return switch (reason) {
			case "Is a directory" -> "a directory is in place of the file; move it away";
			case "Too many levels of symbolic links",
					"Too many levels of symbolic links or unable to access attributes " + "of symbolic link" ->
				"its symbolic links lead in a circle; delete them";
			default -> reason + "; see to it that it can be read";
		};
	}

}
