package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Tells why a failover directory cannot be written, without writing: what an operator
 * learns before the switch is needed.
 */
final class WriteObstacle {

	private static final String ELSEWHERE = "set nacos.failover.disk.path to a directory that can be written";

	private WriteObstacle() {
	}

	/**
	 * Looks at a failover directory, which need not exist.
	 * @param directory the directory
	 * @return why a write would fail and what to do, {@code null} if nothing is known
	 * against it
	 */
	static @Nullable String find(Path directory) {
		try {
			if (Files.isDirectory(directory)) {
				String obstacle = findIn(directory);
				return (obstacle != null) ? obstacle : findInOwn(directory);
			}
			if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
				return Files.isSymbolicLink(directory)
						? "%s is a symbolic link to a directory that does not exist; create that, or delete the link"
							.formatted(directory)
						: "%s is a file where a directory is needed; move it away".formatted(directory);
			}
			return findAbove(directory);
		}
		catch (IOException ex) {
			return "%s cannot be looked at: %s".formatted(directory, ReadFailure.explain(ex));
		}
	}

	/** Where it would be created. */
	private static @Nullable String findAbove(Path directory) throws IOException {
		Path parent = directory.getParent();
		while (parent != null && !Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
			parent = parent.getParent();
		}
		if (parent == null) {
			return "%s cannot be created: there is no such file system".formatted(directory);
		}
		if (!Files.isDirectory(parent)) {
			return "%s cannot be created: %s is a file where a directory is needed; move it away".formatted(directory,
					parent);
		}
		String obstacle = ask(parent);
		return (obstacle != null) ? "%s does not exist and cannot be created: %s".formatted(directory, obstacle) : null;
	}

	private static @Nullable String findIn(Path directory) throws IOException {
		String obstacle = ask(directory);
		if (obstacle != null) {
			return obstacle;
		}
		Path file = directory.resolve(FailoverFileNames.SWITCH);
		if (Files.isSymbolicLink(file)) {
			return new SymbolicLinkException(file).getMessage();
		}
		if (Files.isDirectory(file)) {
			return "%s is a directory in place of the switch file; move it away".formatted(file);
		}
		return null;
	}

	private static @Nullable String findInOwn(Path directory) throws IOException {
		Path own = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
			return null;
		}
		if (Files.isSymbolicLink(own)) {
			return new SymbolicLinkException(own).getMessage();
		}
		if (!Files.isDirectory(own)) {
			return "%s is a file where a directory is needed; move it away".formatted(own);
		}
		String foreign = OwnDirectory.foreignOwner(own);
		return (foreign != null && DirectoryWatch.isLocal(own)) ? foreign : ask(own);
	}

	/** Asks the file system, which gives a better reason than an access check. */
	private static @Nullable String ask(Path directory) throws IOException {
		try {
			directory.getFileSystem().provider().checkAccess(directory, AccessMode.WRITE, AccessMode.EXECUTE);
			return null;
		}
		catch (AccessDeniedException ex) {
			return "%s cannot be written by this process; give %s permission to write there, or %s".formatted(directory,
					ProcessUser.describe(), ELSEWHERE);
		}
		catch (FileSystemException ex) {
			return explain(directory, ex);
		}
	}

	private static String explain(Path directory, FileSystemException ex) {
		String reason = String.valueOf(ex.getReason());
		if (reason.equals("Read-only file system")) {
			if (Files.exists(directory.resolve("..data"), LinkOption.NOFOLLOW_LINKS)) {
				return ("%s is a mounted ConfigMap or Secret, which can only be read; edit the failover switch there, "
						+ "or %s and keep that on a volume")
					.formatted(directory, ELSEWHERE);
			}
			return "%s is on a read-only file system; mount a volume there that can be written, or %s"
				.formatted(directory, ELSEWHERE);
		}
		if (reason.equals("Operation not permitted")) {
			return "%s cannot be written by anybody; see whether it is marked as immutable (chattr -i), or %s"
				.formatted(directory, ELSEWHERE);
		}
		return "%s cannot be written (%s); %s".formatted(directory, reason, ELSEWHERE);
	}

}
