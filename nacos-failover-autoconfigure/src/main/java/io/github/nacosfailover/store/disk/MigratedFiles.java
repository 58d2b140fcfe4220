package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;

/**
 * A directory in {@code .nacos-failover} for files that were migrated to another store.
 */
final class MigratedFiles {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private final Path failoverDirectory;

	private final Path directory;

	MigratedFiles(Path failoverDirectory) {
		this.failoverDirectory = failoverDirectory;
		this.directory = failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY)
			.resolve("migrated-" + TIME.format(Instant.now()));
	}

	/**
	 * Moves the data files of backups.
	 * @param backups the backups; a file that says something else stays
	 * @param found what there is, by service
	 * @return the services whose file stays
	 * @throws IOException if one cannot be read or moved
	 */
	Set<ServiceKey> moveSame(Collection<Backup> backups, Map<ServiceKey, FoundBackup> found) throws IOException {
		Set<ServiceKey> staying = new HashSet<>();
		for (Backup backup : backups) {
			FoundBackup file = found.get(backup.key());
			if (file != null && !file.isMissing()
					&& !moveIfSame(this.failoverDirectory.resolve(String.valueOf(file.file())), backup)) {
				staying.add(backup.key());
			}
		}
		return staying;
	}

	private boolean moveIfSame(Path file, Backup backup) throws IOException {
		if (Files.isSymbolicLink(file)) {
			return false;
		}
		try {
			Backup content = BackupFormat.read(backup.key(), RegularFile.read(file)).backup();
			if (!SavedBackup.of(content).equals(SavedBackup.of(backup))) {
				return false;
			}
			create();
			Files.move(file, target(file));
			return true;
		}
		catch (NoSuchFileException ex) {
			return true;
		}
		catch (InvalidBackupException ex) {
			return false;
		}
	}

	/**
	 * Copies a file, if it is there.
	 * @param file the file
	 * @throws IOException if it cannot be copied
	 */
	void copy(Path file) throws IOException {
		if (Files.exists(file)) {
			create();
			Files.copy(file, target(file));
		}
	}

	private Path target(Path file) {
		return this.directory.resolve(file.getFileName());
	}

	private void create() throws IOException {
		Path ownDirectory = this.failoverDirectory.resolve(FailoverFileNames.OWN_DIRECTORY);
		OwnDirectory.createWithin(this.failoverDirectory, ownDirectory);
		OwnDirectory.createBelow(ownDirectory, this.directory);
	}

}
