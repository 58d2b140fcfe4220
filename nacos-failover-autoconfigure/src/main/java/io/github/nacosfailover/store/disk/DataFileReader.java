package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Path;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;

/**
 * Reads the data files of a directory, and knows when a query last needed one of them.
 * Safe for use by any thread.
 */
final class DataFileReader {

	private static final ServiceKey UNKNOWN = ServiceKey.of("unknown", "unknown");

	private final long maxFileSize;

	private volatile long lastNeeded = System.nanoTime();

	/**
	 * Creates a reader.
	 * @param maxFileSize the largest size of a data file, in bytes
	 */
	DataFileReader(long maxFileSize) {
		this.maxFileSize = maxFileSize;
	}

	/**
	 * Reads a whole file.
	 * @param file the file
	 * @return its content
	 * @throws IOException if it cannot be read
	 * @throws InvalidBackupException if it is too large
	 */
	byte[] read(Path file) throws IOException, InvalidBackupException {
		int limit = (int) Math.min(this.maxFileSize, Integer.MAX_VALUE - 9) + 1;
		byte[] bytes = RegularFile.read(file, limit);
		if (bytes.length == limit) {
			throw new InvalidBackupException(
					"larger than nacos.failover.disk.max-file-size (%d bytes); raise it or correct the file"
						.formatted(this.maxFileSize));
		}
		return bytes;
	}

	/** Records that a query waits for a file. */
	void needed() {
		this.lastNeeded = System.nanoTime();
	}

	/**
	 * How long no query has waited for a file.
	 * @return the time in nanoseconds, since this reader was created if none ever has
	 */
	long idleNanos() {
		return System.nanoTime() - this.lastNeeded;
	}

	/**
	 * Determines the service of a file: from its name, or from its content if the name is
	 * a digest.
	 * @param name name of the file
	 * @param file the file
	 * @return the service
	 * @throws IllegalArgumentException if it is not named after a service
	 * @throws IOException if it has to be read, and cannot be
	 */
	ServiceKey key(String name, Path file) throws IOException {
		if (!DataFileNames.isLong(name)) {
			return FailoverFileNames.decode(name);
		}
		try {
			String text = BackupFormat.read(UNKNOWN, read(file)).name();
			ServiceKey key = ServiceKey.parse((text != null) ? text : "");
			if (!name.equals(DataFileNames.longName(key))) {
				throw new IllegalArgumentException("its content is of %s".formatted(key));
			}
			return key;
		}
		catch (InvalidBackupException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

}
