package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.backup.BackupFormat;

/**
 * What processes that share a directory report, a file for each: the time until which it
 * counts, the name of the process, and its text.
 */
final class DiskReports {

	private static final String SUFFIX = ".report";

	private final Path failoverDirectory;

	private final OwnFiles files;

	DiskReports(Path failoverDirectory, String name) {
		this.failoverDirectory = failoverDirectory;
		this.files = new OwnFiles(failoverDirectory, name);
	}

	void report(String instance, String text, Duration lifetime) throws IOException {
		if (!Files.isDirectory(this.failoverDirectory)) {
			// Reporting does not create the failover directory.
			return;
		}
		String content = "%d\n%s\n%s".formatted(Instant.now().plus(lifetime).toEpochMilli(), instance, text);
		try {
			this.files.write(name(instance), content.getBytes(StandardCharsets.UTF_8));
		}
		catch (ReadOnlyFileSystemException ex) {
			throw new IOException("%s is read-only".formatted(this.failoverDirectory), ex);
		}
	}

	void withdraw(String instance) throws IOException {
		Files.deleteIfExists(this.files.directory().resolve(name(instance)));
	}

	private static String name(String instance) {
		return BackupFormat.digest(instance.getBytes(StandardCharsets.UTF_8)) + SUFFIX;
	}

	Map<String, String> reports() throws IOException {
		Map<String, String> reports = new HashMap<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(this.files.directory(), "*" + SUFFIX)) {
			for (Path file : found) {
				read(file, reports);
			}
		}
		catch (NoSuchFileException ex) {
			// There are no reports.
		}
		return reports;
	}

	private static void read(Path file, Map<String, String> reports) throws IOException {
		try {
			RegularFile.refuseSpecial(file, FileSignature.of(file));
			String[] parts = new String(RegularFile.read(file), StandardCharsets.UTF_8).split("\n", 3);
			if (parts.length < 3 || Long.parseLong(parts[0]) < System.currentTimeMillis()) {
				// The process has ended without withdrawing its report.
				Files.deleteIfExists(file);
			}
			else {
				reports.put(parts[1], parts[2]);
			}
		}
		catch (NoSuchFileException ex) {
			// It has just been withdrawn.
		}
		catch (NumberFormatException ex) {
			throw new DamagedFileException(file, "its first line is no time");
		}
	}

}
