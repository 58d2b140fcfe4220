package io.github.nacosfailover.store.disk;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Explains why something could not be written, and what to do.
 */
final class WriteFailure {

	private WriteFailure() {
	}

	static String explain(String what, Path directory, IOException ex) {
		return "%s in %s cannot be written: %s".formatted(what, directory, explain(ex));
	}

	static String explain(IOException ex) {
		if (ex instanceof FileSystemException failure) {
			return explain(failure);
		}
		boolean plain = ex.getClass() == IOException.class || ex instanceof DamagedFileException
				|| ex instanceof SymbolicLinkException;
		return (plain && ex.getMessage() != null) ? ex.getMessage() : ex.toString();
	}

	/**
	 * Adds the place to a failure of the kind that does not tell: one of reading or
	 * writing, not of opening.
	 * @param file the file
	 * @param ex the failure
	 * @return a failure that tells the place
	 */
	static IOException locate(Path file, IOException ex) {
		return (ex.getClass() == IOException.class) ? located(file, ex) : ex;
	}

	private static IOException located(Path file, IOException ex) {
		FileSystemException located = new FileSystemException(file.toString(), null, ex.getMessage());
		located.initCause(ex);
		return located;
	}

	private static String explain(FileSystemException ex) {
		String file = place((ex.getOtherFile() != null) ? ex.getOtherFile() : ex.getFile());
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

	/**
	 * Omits the random name of a temporary file, which would make each attempt a new
	 * problem.
	 */
	private static @Nullable String place(@Nullable String file) {
		return (file != null && file.endsWith(NewFile.SUFFIX)) ? file.substring(0, file.lastIndexOf(File.separatorChar))
				: file;
	}

	private static String cure(@Nullable String reason) {
		if (reason == null) {
			return "the file system refuses it; see to it that it can be written";
		}
		return switch (reason) {
			case "Not a directory" -> "a file is where a directory is needed; move it away";
			case "Is a directory" -> "a directory is in place of the file; move it away";
			case "Read-only file system" ->
				"the file system is read-only; write where it is mounted from, or mount it writable";
			case "No space left on device" -> "the disk is full; make room";
			case "Disk quota exceeded" -> "the quota of this user is used up; make room";
			case "Operation not permitted" ->
				"the file system does not permit it; see whether the file is marked as immutable";
			default -> reason + "; see to it that it can be written";
		};
	}

}
