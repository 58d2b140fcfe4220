package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The sub-directory of a failover directory that holds what is ours alone.
 */
final class OwnDirectory {

	private static final Duration STALE = Duration.ofMinutes(5);

	private static final int SUPERUSER = 0;

	private OwnDirectory() {
	}

	/**
	 * Creates the directory, readable by its owner only, and the directories above it as
	 * the client would; removes what a writer that died has left behind.
	 * @param failoverDirectory the failover directory
	 * @param directory the sub-directory
	 * @throws IOException if it cannot be created, or is not ours
	 */
	static void create(Path failoverDirectory, Path directory) throws IOException {
		// Before Java 20 createDirectories fails on a symbolic link to a directory.
		if (!Files.isDirectory(failoverDirectory)) {
			Files.createDirectories(failoverDirectory);
		}
		createWithin(failoverDirectory, directory);
	}

	/**
	 * Creates the directory as {@link #create} does, but not the failover directory: what
	 * is only to be remembered is no reason to do that.
	 * @param failoverDirectory the failover directory
	 * @param directory the sub-directory
	 * @throws IOException if it cannot be created, or is not ours
	 */
	static void createWithin(Path failoverDirectory, Path directory) throws IOException {
		if (!Files.isDirectory(failoverDirectory)) {
			throw new IOException("the failover directory %s does not exist".formatted(failoverDirectory));
		}
		if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
			checkOwner(directory);
			checkFiles(directory);
		}
		else {
			createOne(failoverDirectory, directory);
		}
		DirectoryIdentity.leave(directory);
	}

	private static void createOne(Path parent, Path directory) throws IOException {
		if (Files.isSymbolicLink(directory)) {
			throw new SymbolicLinkException(directory);
		}
		if (Files.getFileStore(parent).supportsFileAttributeView(PosixFileAttributeView.class)) {
			Files.createDirectories(directory,
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		}
		else {
			Files.createDirectories(directory);
		}
	}

	/**
	 * Creates a directory within ours, and those in between.
	 * @param ownDirectory our directory, which must exist
	 * @param directory the directory to create
	 * @throws IOException if it cannot be created, or there is a symbolic link
	 */
	static void createBelow(Path ownDirectory, Path directory) throws IOException {
		Path current = ownDirectory;
		for (Path name : ownDirectory.relativize(directory)) {
			Path parent = current;
			current = current.resolve(name);
			if (!Files.isDirectory(current, LinkOption.NOFOLLOW_LINKS)) {
				createOne(parent, current);
			}
		}
	}

	/**
	 * Whoever owns the directory decides what is written there. The superuser may do that
	 * anyway.
	 */
	private static void checkOwner(Path directory) throws IOException {
		String obstacle = foreignOwner(directory);
		if (obstacle != null && !isMappedToUs(directory)) {
			throw new IOException(obstacle);
		}
	}

	/**
	 * Whether the directory belongs to somebody whose place it is not.
	 * @param directory the directory
	 * @return what is wrong with it, {@code null} if it is ours or of the superuser
	 * @throws IOException if it cannot be looked at
	 */
	static @Nullable String foreignOwner(Path directory) throws IOException {
		Integer owner = ProcessUser.owner(directory);
		Integer us = ProcessUser.id();
		if (owner == null || us == null || owner.equals(us) || owner == SUPERUSER) {
			return null;
		}
		return "%s belongs to another user (uid %d), so nothing is written there; delete it, or make it that of %s"
			.formatted(directory, owner, ProcessUser.describe());
	}

	/** A file system without users, or of another host, calls the owner as it likes. */
	private static boolean isMappedToUs(Path directory) throws IOException {
		Path probe = directory.resolve(UUID.randomUUID() + NewFile.SUFFIX);
		Files.createFile(probe);
		try {
			return Objects.equals(ProcessUser.owner(probe), ProcessUser.owner(directory));
		}
		finally {
			Files.deleteIfExists(probe);
		}
	}

	/**
	 * Refuses to write beside what somebody else must have put there, and removes what a
	 * writer that died has left behind.
	 */
	private static void checkFiles(Path directory) throws IOException {
		Instant limit = Instant.now().minus(STALE);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
			for (Path file : files) {
				FileSignature found = FileSignature.of(file);
				if (found != null && found.link()) {
					throw new SymbolicLinkException(file);
				}
				if (found != null && found.special()) {
					throw new IOException("%s is a named pipe, a socket or a device; delete it".formatted(file));
				}
				if (found != null && file.toString().endsWith(NewFile.SUFFIX) && found.modified().isBefore(limit)) {
					deleteQuietly(file);
				}
			}
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
	}

	private static void deleteQuietly(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			// It does no harm, and the next write tries again.
		}
	}

}
