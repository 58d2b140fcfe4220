package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes the write of a process that died in the middle of it. Used by whoever has the
 * {@link DirectoryLock}.
 */
final class WriteRecovery {

	private static final Logger logger = LoggerFactory.getLogger(WriteRecovery.class);

	private final Path directory;

	private final Generations generations;

	private final PackReader packs;

	private final Path work;

	WriteRecovery(Path directory, Generations generations, PackReader packs, Path work) {
		this.directory = directory;
		this.generations = generations;
		this.packs = packs;
		this.work = work;
	}

	/**
	 * Does what is left to do, if anything.
	 * @throws IOException if it cannot be done now
	 */
	void finish() throws IOException {
		Manifest manifest;
		try {
			manifest = this.generations.pending();
		}
		catch (DamagedFileException ex) {
			logger.warn("Failover: an unfinished snapshot cannot be finished and is given up: {}", ex.getMessage());
			Files.deleteIfExists(this.generations.pendingFile());
			return;
		}
		if (manifest == null) {
			return;
		}
		ParallelFiles.forEach(manifest.steps(), ParallelFiles.FORCING, (some) -> finish(some, manifest));
		ArchiveWrite.forceDirectories(this.directory, manifest.steps());
		this.generations.commit(manifest);
		logger.info("Failover: finished snapshot '{}' in {}, which an ended process had left",
				manifest.generation().id(), this.directory);
	}

	private void finish(List<FileStep> steps, Manifest manifest) throws IOException {
		Map<Path, Path> moves = new LinkedHashMap<>();
		try (NewFiles files = new NewFiles(this.work)) {
			for (FileStep step : steps) {
				Path file = this.directory.resolve(step.file());
				ArchivedBackup backup = manifest.backups().get(step.key());
				if (isLeft(step, file) && step.after() == null) {
					Files.deleteIfExists(file);
				}
				else if (isLeft(step, file) && backup != null) {
					moves.put(files.write(this.packs.read(backup)), file);
				}
			}
			files.force();
		}
		for (Map.Entry<Path, Path> move : moves.entrySet()) {
			// A symbolic link is replaced, never followed.
			Files.move(move.getKey(), move.getValue(), StandardCopyOption.ATOMIC_MOVE);
		}
	}

	/** A file that is neither as it was nor as it was to be has been edited since. */
	private static boolean isLeft(FileStep step, Path file) throws IOException {
		String now = digest(file);
		return !Objects.equals(now, step.after()) && (now == null || now.equals(step.before()));
	}

	private static @Nullable String digest(Path file) throws IOException {
		try {
			return PlannedFile.digest(file);
		}
		catch (IOException ex) {
			if (Files.isRegularFile(file)) {
				throw ex;
			}
			// Something else has come in its place meanwhile.
			return "";
		}
	}

}
