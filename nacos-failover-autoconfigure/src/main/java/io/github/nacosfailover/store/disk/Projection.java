package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.store.disk.AppliedMark.Mark;
import io.github.nacosfailover.store.document.DocumentIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes data files what the documents say. The documents are the commit point; data files
 * follow them, without being forced to the disk first: what a crash leaves undone or torn
 * is done again from the documents. Used by whoever has the {@link DirectoryLock}.
 */
final class Projection {

	private static final Logger logger = LoggerFactory.getLogger(Projection.class);

	private final Path directory;

	private final DirectoryDocuments documents;

	private final Path work;

	Projection(Path directory, DirectoryDocuments documents, Path work) {
		this.directory = directory;
		this.documents = documents;
		this.work = work;
	}

	/**
	 * Finish what a process that died, or a machine that lost its power, has left.
	 * @param force whether to force data files to the disk if that is all there is to do
	 * @throws IOException if it cannot be done now
	 */
	void finish(boolean force) throws IOException {
		DocumentIndex index = this.documents.index();
		long write = DataFileLog.lastWrite(index);
		Mark mark = this.documents.applied().read();
		boolean applied = mark.revision() >= write;
		if (write == 0 || (applied && mark.forced())) {
			return;
		}
		boolean powerLost = !AppliedMark.isThisBoot(DataFileLog.boot(index));
		if (applied && !powerLost && !force) {
			return;
		}
		List<FileStep> steps = steps(index);
		if (!applied || powerLost) {
			ParallelFiles.forEach(steps, ParallelFiles.COMPUTING, (some) -> finish(some, powerLost));
		}
		force(steps);
		this.documents.applied().write(write, true, applied ? mark.moved() : Instant.EPOCH);
		if (!applied) {
			logger.info("Failover: finished a snapshot in {}, which an ended process had left", this.directory);
		}
	}

	private List<FileStep> steps(DocumentIndex index) throws IOException {
		try {
			return DataFileLog.steps(index, this.documents);
		}
		catch (LostContentException ex) {
			logger.warn("Failover: what the last snapshot has done to data files cannot be told any more: {}",
					ex.getMessage());
			return List.of();
		}
	}

	/**
	 * Force data files to the disk that were moved into place before.
	 * @param write revision of the write
	 * @throws IOException if one cannot be forced
	 */
	void settle(long write) throws IOException {
		DocumentIndex index = this.documents.index();
		Mark mark = this.documents.applied().read();
		if (DataFileLog.lastWrite(index) == write && mark.revision() == write && !mark.forced()) {
			force(steps(index));
			this.documents.applied().write(write, true, mark.moved());
		}
	}

	private void force(List<FileStep> steps) throws IOException {
		ParallelFiles.forEach(steps, ParallelFiles.FORCING, (some) -> {
			for (FileStep step : some) {
				force(this.directory.resolve(step.file()));
			}
		});
		forceDirectories(this.directory, steps);
	}

	private static void force(Path file) throws IOException {
		FileSignature found = FileSignature.of(file);
		if (found == null || found.link() || found.special() || found.directory()) {
			return;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
			channel.force(true);
		}
		catch (NoSuchFileException ex) {
			// It was deleted in between.
		}
	}

	/**
	 * Force the names of files.
	 * @param directory the failover directory
	 * @param steps what was done in it
	 */
	static void forceDirectories(Path directory, List<FileStep> steps) {
		if (!steps.isEmpty()) {
			AtomicFile.forceDirectory(directory);
		}
		if (steps.stream().anyMatch((step) -> DataFileNames.isLong(step.file()))) {
			AtomicFile.forceDirectory(directory.resolve(DataFileNames.LONG));
		}
	}

	private void finish(List<FileStep> steps, boolean powerLost) throws IOException {
		Map<String, byte[]> contents = this.documents
			.readStored(steps.stream().map(FileStep::after).filter(Objects::nonNull).toList());
		Map<Path, Path> moves = new LinkedHashMap<>();
		try (NewFiles files = new NewFiles(this.work)) {
			for (FileStep step : steps) {
				Path file = this.directory.resolve(step.file());
				String after = step.after();
				byte[] stored = (after != null) ? contents.get(after) : null;
				byte[] content = (after != null && stored != null) ? this.documents.restore(after, stored) : null;
				if (!isLeft(step, file, powerLost ? content : null)) {
					continue;
				}
				if (after == null) {
					Files.deleteIfExists(file);
				}
				else if (content != null) {
					moves.put(files.write(content), file);
				}
			}
		}
		for (Map.Entry<Path, Path> move : moves.entrySet()) {
			// A symbolic link is replaced, never followed.
			Files.move(move.getKey(), move.getValue(), StandardCopyOption.ATOMIC_MOVE);
		}
	}

	/**
	 * Return whether a step is still to be done. A file that is neither as it was nor as
	 * it was to be has been edited since, unless it is what a power loss leaves of the
	 * content.
	 */
	private static boolean isLeft(FileStep step, Path file, byte @Nullable [] torn) throws IOException {
		byte[] found;
		try {
			if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
				return step.after() != null;
			}
			found = RegularFile.read(file);
		}
		catch (IOException ex) {
			if (Files.isRegularFile(file)) {
				throw ex;
			}
			// Something else has come in its place meanwhile.
			return false;
		}
		String digest = BackupFormat.digest(found);
		if (digest.equals(step.after())) {
			return false;
		}
		return digest.equals(step.before()) || (torn != null && isTorn(found, torn));
	}

	/**
	 * Return whether a file is what may be left of a content that was not forced to the
	 * disk: cut off, or with zeros in place of blocks.
	 */
	static boolean isTorn(byte[] found, byte[] content) {
		if (found.length > content.length) {
			return false;
		}
		for (int i = 0; i < found.length; i++) {
			if (found[i] != content[i] && found[i] != 0) {
				return false;
			}
		}
		return true;
	}

}
