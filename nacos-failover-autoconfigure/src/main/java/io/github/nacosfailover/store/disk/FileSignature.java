package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file that change with its content. They include the time of the
 * last status change where the platform has it, which cannot be set back, unlike the
 * modification time.
 *
 * @param size the size in bytes
 * @param modified the modification time
 * @param changed the time of the last status change, or the modification time
 * @param fileKey identifies the file itself, {@code null} if the platform cannot
 * @param directory whether it is a directory
 * @param link whether there is a symbolic link in its place
 * @param dangling whether that leads nowhere
 * @param special whether it is neither a regular file nor a directory, but a named pipe,
 * a socket or a device, which must not be opened
 */
record FileSignature(long size, Instant modified, Instant changed, @Nullable Object fileKey, boolean directory,
		boolean link, boolean dangling, boolean special) {

	private static final Duration FINE_CLOCK_TICK = Duration.ofMillis(50);

	private static final Duration COARSE_CLOCK_TICK = Duration.ofSeconds(2);

	/** Includes the time of the last status change, and takes one system call. */
	private static final String UNIX_ATTRIBUTES = "unix:size,lastModifiedTime,ctime,fileKey,isDirectory,"
			+ "isSymbolicLink,isOther";

	private static final boolean UNIX = Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

	/**
	 * Looks at a file, through symbolic links.
	 * @param file the file
	 * @return its signature, that of the link itself if it leads nowhere, or {@code null}
	 * if there is no such file
	 * @throws IOException if it cannot be looked at
	 */
	static @Nullable FileSignature of(Path file) throws IOException {
		FileSignature found = look(file, LinkOption.NOFOLLOW_LINKS);
		if (found == null || !found.link) {
			return found;
		}
		FileSignature target = look(file);
		FileSignature described = (target != null) ? target : found;
		return new FileSignature(described.size, described.modified, described.changed, described.fileKey,
				described.directory, true, target == null, described.special);
	}

	private static @Nullable FileSignature look(Path file, LinkOption... options) throws IOException {
		try {
			return UNIX ? of(Files.readAttributes(file, UNIX_ATTRIBUTES, options))
					: of(Files.readAttributes(file, BasicFileAttributes.class, options));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static FileSignature of(Map<String, Object> attributes) {
		return new FileSignature(get(attributes, "size", Long.class),
				get(attributes, "lastModifiedTime", FileTime.class).toInstant(),
				get(attributes, "ctime", FileTime.class).toInstant(), attributes.get("fileKey"),
				get(attributes, "isDirectory", Boolean.class), get(attributes, "isSymbolicLink", Boolean.class), false,
				get(attributes, "isOther", Boolean.class));
	}

	private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
		return type.cast(Objects.requireNonNull(attributes.get(name), name));
	}

	private static FileSignature of(BasicFileAttributes attributes) {
		Instant modified = attributes.lastModifiedTime().toInstant();
		return new FileSignature(attributes.size(), modified, modified, attributes.fileKey(), attributes.isDirectory(),
				attributes.isSymbolicLink(), false, attributes.isOther());
	}

	/**
	 * Returns when a further change can no longer have the same times.
	 * @param seen when the signature was taken
	 * @return the instant from which on the file need not be read again, or {@code null}
	 * if that has passed already
	 */
	@Nullable Instant settledAt(Instant seen) {
		Duration tick = tick();
		boolean settled = this.changed.plus(tick).isBefore(seen);
		return settled ? null : seen.plus(tick);
	}

	/**
	 * Whether the file was last changed well before it got its name, so that no change
	 * since can have left both times as they are.
	 * @return {@code true} if an equal signature proves equal content
	 */
	boolean isMovedLongAfterChange() {
		return this.modified.plus(tick()).isBefore(this.changed);
	}

	private Duration tick() {
		boolean fine = this.changed.getNano() % 1_000_000_000 != 0;
		return fine ? FINE_CLOCK_TICK : COARSE_CLOCK_TICK;
	}

}
