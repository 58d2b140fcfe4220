package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The user of this process, by the number that owns its files: a user of a container has
 * no name at times.
 */
final class ProcessUser {

	private static final @Nullable Integer ID = find();

	private ProcessUser() {
	}

	/**
	 * The number.
	 * @return the number, {@code null} if the platform does not tell
	 */
	static @Nullable Integer id() {
		return ID;
	}

	static String describe() {
		String name = System.getProperty("user.name", "?");
		return (ID != null) ? "%s (uid %d)".formatted(name, ID) : name;
	}

	private static @Nullable Integer find() {
		try {
			for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
				if (line.startsWith("Uid:")) {
					// Real, effective, saved, and that of the file system.
					return Integer.valueOf(line.trim().split("\\s+")[4]);
				}
			}
			return null;
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Who owns a file.
	 * @param file the file, a symbolic link is not followed
	 * @return the number of the user, {@code null} if the platform does not tell
	 */
	static @Nullable Integer owner(Path file) throws IOException {
		try {
			return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
		}
		catch (UnsupportedOperationException | IllegalArgumentException ex) {
			return null;
		}
	}

}
