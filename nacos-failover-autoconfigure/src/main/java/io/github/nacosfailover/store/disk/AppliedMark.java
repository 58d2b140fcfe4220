package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Records how far the data files are up to date with the documents: the revision of the
 * last write whose data files were moved into place, and whether they have been forced to
 * the disk since. Data files that were not forced may be torn after a power loss, but not
 * after a process was killed, so the boot of the machine in which they were moved is
 * recorded too.
 */
final class AppliedMark {

	private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

	private static final String UNKNOWN_BOOT = "unknown";

	private static final String BOOT = readBoot();

	private final Path ownDirectory;

	private final Path file;

	private Mark known = Mark.NONE;

	private @Nullable FileSignature knownSignature;

	/**
	 * Create the mark of documents.
	 * @param ownDirectory our directory, for temporary files
	 * @param directory the directory of the documents
	 */
	AppliedMark(Path ownDirectory, Path directory) {
		this.ownDirectory = ownDirectory;
		this.file = directory.resolve("applied");
	}

	private static String readBoot() {
		try {
			return Files.readString(BOOT_ID).strip();
		}
		catch (IOException | RuntimeException ex) {
			return UNKNOWN_BOOT;
		}
	}

	/** Identifies the boot of the machine. */
	static String boot() {
		return BOOT;
	}

	/** Whether the machine has run without interruption since. */
	static boolean isThisBoot(String boot) {
		return !boot.equals(UNKNOWN_BOOT) && boot.equals(BOOT);
	}

	@Nullable FileSignature signature() throws IOException {
		return FileSignature.of(this.file);
	}

	/**
	 * Read the mark. A damaged one counts as missing; the data files are compared with
	 * the documents then.
	 */
	synchronized Mark read() throws IOException {
		FileSignature found = signature();
		if (found == null) {
			return Mark.NONE;
		}
		if (!found.equals(this.knownSignature)) {
			Mark mark = parse();
			this.known = mark.moved().equals(Instant.MIN) ? new Mark(mark.revision(), mark.forced(), found.changed())
					: mark;
			this.knownSignature = found;
		}
		return this.known;
	}

	private Mark parse() throws IOException {
		try {
			String[] fields = new String(ChecksummedFile.read(this.file), StandardCharsets.US_ASCII).split(" ");
			return new Mark(Long.parseLong(fields[0]), Boolean.parseBoolean(fields[1]), Instant.parse(fields[2]));
		}
		catch (NoSuchFileException | DamagedFileException | RuntimeException ex) {
			return Mark.NONE;
		}
	}

	/**
	 * Write the mark.
	 * @param revision revision of the last write whose data files are in place
	 * @param forced whether they are on the disk, too
	 * @param moved since when they are in place, by the clock of the file system:
	 * {@link Instant#MIN} for from now on, {@link Instant#EPOCH} if that is not known
	 */
	void write(long revision, boolean forced, Instant moved) throws IOException {
		byte[] content = "%d %s %s".formatted(revision, forced, moved).getBytes(StandardCharsets.US_ASCII);
		AtomicFile.write(this.file, ChecksummedFile.encode(content), this.ownDirectory, null);
	}

	/**
	 * What the file says.
	 *
	 * @param revision revision of the last write whose data files are in place
	 * @param forced whether they are on the disk, too
	 * @param moved since when they are in place, by the clock of the file system
	 */
	record Mark(long revision, boolean forced, Instant moved) {

		static final Mark NONE = new Mark(0, false, Instant.EPOCH);

	}

}
