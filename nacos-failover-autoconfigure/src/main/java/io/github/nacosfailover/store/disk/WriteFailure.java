package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Tells an operator why a switch could not be written, and what to do.
 */
final class WriteFailure {

	private WriteFailure() {
	}

	static String explain(Path directory, IOException ex) {
		return "The switch in %s cannot be written: %s".formatted(directory,
				(ex instanceof FileSystemException failure) ? explain(failure) : ex.toString());
	}

	private static String explain(FileSystemException ex) {
		String file = (ex.getOtherFile() != null) ? ex.getOtherFile() : ex.getFile();
		if (ex instanceof AccessDeniedException) {
			return "give this process permission to write %s".formatted(file);
		}
		if (ex instanceof FileAlreadyExistsException) {
			return "%s is a file where a directory is needed; move it away".formatted(file);
		}
		if (ex instanceof NoSuchFileException) {
			return "%s leads to a place that does not exist; create that, or delete the symbolic link".formatted(file);
		}
		if (ex instanceof AtomicMoveNotSupportedException) {
			return "%s is on another file system; replace the symbolic link by a file".formatted(file);
		}
		return "%s: %s".formatted(file, cure(ex.getReason()));
	}

	private static String cure(@Nullable String reason) {
		if (reason == null) {
			return "the file system refuses it; see to it that it can be written";
		}
		return switch (reason) {
			case "Not a directory" -> "a file is where a directory is needed; move it away";
			case "Is a directory" -> "a directory is in place of the switch file; move it away";
			case "Read-only file system" ->
				"the file system is read-only; set the switch where it is mounted from, or mount it writable";
			case "No space left on device" -> "the disk is full; make room";
			default -> reason + "; see to it that it can be written";
		};
	}

}
