package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.ServiceDays;
import io.github.nacosfailover.store.UsageLog;

/**
 * The services in use, in a small file in our own sub-directory.
 */
final class DiskUsageLog implements UsageLog {

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final Path directory;

	private final Path ownDirectory;

	private final Path file;

	DiskUsageLog(Path directory) {
		this.directory = directory;
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.file = this.ownDirectory.resolve("in-use.json");
	}

	@Override
	public Map<ServiceKey, LocalDate> read() throws IOException {
		if (Files.notExists(this.file)) {
			return Map.of();
		}
		try {
			return ServiceDays.read(ChecksummedFile.read(this.file));
		}
		catch (IOException ex) {
			throw new IOException(("Which services are in use cannot be read from %s: %s; delete the file if it is "
					+ "damaged, it is written again")
				.formatted(this.file, ex.getMessage()), ex);
		}
	}

	@Override
	public void add(Collection<ServiceKey> services, LocalDate today) throws IOException {
		// A missing directory has no backups to protect, and is not created for this.
		if (!Files.isDirectory(this.directory) || isKnown(services, today)) {
			return;
		}
		try {
			OwnDirectory.createWithin(this.directory, this.ownDirectory);
			DirectoryLock turn = DirectoryLock.acquire(this.ownDirectory, "in-use.lock", PATIENCE);
			try {
				Map<ServiceKey, LocalDate> before = readOrNone();
				Map<ServiceKey, LocalDate> after = ServiceDays.add(before, services, today);
				if (after != before) {
					AtomicFile.write(this.file, ChecksummedFile.encode(ServiceDays.write(after)), this.ownDirectory,
							null);
				}
			}
			finally {
				turn.release();
			}
		}
		catch (ReadOnlyFileSystemException ex) {
			throw new IOException("%s is read-only".formatted(this.directory), ex);
		}
		catch (IOException ex) {
			throw new IOException(WriteFailure.explain("The list of services in use", this.directory, ex), ex);
		}
	}

	private boolean isKnown(Collection<ServiceKey> services, LocalDate today) {
		Map<ServiceKey, LocalDate> known = readOrNone();
		return ServiceDays.add(known, services, today) == known;
	}

	/** A damaged document is replaced. */
	private Map<ServiceKey, LocalDate> readOrNone() {
		try {
			return read();
		}
		catch (IOException ex) {
			return Map.of();
		}
	}

}
