package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The switch file of a failover directory, and beside it, in our own sub-directory, who
 * set it and why. What is noted there counts only for the very file it was written with:
 * after an edit by hand the author is {@code file}.
 */
final class SwitchFile {

	/** The stock client has no limit; a switch is one character. */
	private static final int MAX_SIZE = 64 * 1024;

	private static final Logger logger = LoggerFactory.getLogger(SwitchFile.class);

	/** The coarsest times that a file system stores. */
	private static final Duration COARSEST = Duration.ofSeconds(2);

	private static final int MAX_READS = 5;

	/**
	 * In a note: there was no switch file before, and it is not known yet to be there.
	 */
	private static final String UNFINISHED = "unfinished";

	private final Path directory;

	private final Path file;

	private final Path ownDirectory;

	private final Path note;

	SwitchFile(Path directory) {
		this.directory = directory;
		this.file = directory.resolve(FailoverFileNames.SWITCH);
		this.ownDirectory = directory.resolve(FailoverFileNames.OWN_DIRECTORY);
		this.note = this.ownDirectory.resolve("switch.json");
	}

	Path path() {
		return this.file;
	}

	/**
	 * Reads the switch as the stock client does: the first line that is {@code 0} or
	 * {@code 1} after trimming decides, a missing file is off.
	 * @return the switch, or {@code null} if no line decides
	 * @throws IOException if it cannot be read
	 */
	@Nullable SwitchState read() throws IOException {
		FileSignature signature = FileSignature.of(this.file);
		for (int attempt = 1; signature != null; attempt++) {
			SwitchState read = read(signature);
			FileSignature after = FileSignature.of(this.file);
			if (after == null || after.equals(signature) || attempt == MAX_READS) {
				return read;
			}
			// Written meanwhile: the time would be that of the file before.
			signature = after;
		}
		return SwitchState.OFF;
	}

	private @Nullable SwitchState read(FileSignature signature) throws IOException {
		if (signature.dangling()) {
			throw new IOException("it is a symbolic link to a file that does not exist");
		}
		if (signature.special()) {
			throw new IOException("it is a named pipe, a socket or a device; put a regular file in its place");
		}
		Boolean enabled = parse(TextEncoding.decode(RegularFile.read(this.file, MAX_SIZE)));
		if (enabled == null) {
			return null;
		}
		return describe(enabled, signature.modified());
	}

	private static @Nullable Boolean parse(String content) {
		for (String line : content.split("\n")) {
			String value = line.trim();
			if (value.equals("1") || value.equals("0")) {
				return value.equals("1");
			}
		}
		return null;
	}

	private SwitchState describe(boolean enabled, Instant modified) {
		try {
			JsonNode note = readNote();
			SwitchState noted = (note != null) ? StoredJson.readSwitch(note) : null;
			if (note != null && noted != null && noted.enabled() == enabled
					&& isStoredAs(modified, StoredJson.instant(note, "modified"))) {
				return noted;
			}
		}
		catch (IOException | RuntimeException ex) {
			// The details are optional.
		}
		return new SwitchState(enabled, modified, "file", null, null);
	}

	/**
	 * Reads what is noted on the switch.
	 * @return the note, {@code null} if it was set by hand, or by another program
	 */
	private @Nullable JsonNode readNote() throws IOException {
		try {
			return StoredJson.MAPPER.readTree(RegularFile.read(this.note, MAX_SIZE));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Some file systems keep the exact time only as long as they hold the file in memory;
	 * later it is one of whole seconds, even ones at times.
	 */
	private static boolean isStoredAs(Instant modified, @Nullable Instant noted) {
		if (noted == null || modified.equals(noted)) {
			return modified.equals(noted);
		}
		Duration lost = Duration.between(modified, noted);
		return modified.getNano() == 0 && !lost.isNegative() && lost.compareTo(COARSEST) < 0;
	}

	/**
	 * Whether the switch was written here after a time, whether it is still there or not.
	 * @param time the time
	 * @return {@code false} if not, or if that cannot be determined
	 */
	boolean wasWrittenAfter(Instant time) {
		try {
			JsonNode note = readNote();
			if (note == null || note.path(UNFINISHED).asBoolean()) {
				// A write that has failed half way must not look like a deletion.
				return false;
			}
			Instant written = StoredJson.instant(note, "modified");
			return written != null && written.isAfter(time);
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Writes the switch and the note on it. The note comes first: if the process dies in
	 * between, it matches no switch file and is passed over.
	 * @param state the switch to write
	 * @return what {@link #read()} answers from now on
	 * @throws IOException if it cannot be written
	 */
	SwitchState write(SwitchState state) throws IOException {
		write(state, false);
		return state;
	}

	/**
	 * Writes the switch as {@link #write} does, unless there is a switch file.
	 * @param state the switch to write
	 * @throws IOException if it cannot be written
	 */
	void writeBack(SwitchState state) throws IOException {
		write(state, true);
	}

	private void write(SwitchState state, boolean ifMissing) throws IOException {
		OwnDirectory.create(this.directory, this.ownDirectory);
		byte[] content = (state.enabled() ? "1\n" : "0\n").getBytes(StandardCharsets.US_ASCII);
		try (NewFile file = new NewFile(this.file, content, this.ownDirectory)) {
			FileSignature previous = FileSignature.of(this.file);
			boolean first = previous == null;
			Instant modified = setModificationTime(file, (previous != null) ? previous.modified() : Instant.EPOCH);
			writeNote(state, modified, first);
			if (ifMissing) {
				file.moveIfMissing();
			}
			else {
				file.move();
			}
			if (first) {
				finishNote(state, modified);
			}
		}
	}

	private void writeNote(SwitchState state, Instant modified, boolean unfinished) throws IOException {
		ObjectNode note = StoredJson.describe(state).put("modified", modified.toString());
		if (unfinished) {
			note.put(UNFINISHED, true);
		}
		AtomicFile.write(this.note, StoredJson.write(note), this.ownDirectory, null);
	}

	/** Without this, a switch file that somebody deletes may be written once more. */
	private void finishNote(SwitchState state, Instant modified) {
		try {
			writeNote(state, modified, false);
		}
		catch (IOException ex) {
			logger.debug("The note on the switch in {} stays unfinished", this.directory, ex);
		}
	}

	/**
	 * The stock client sees a switch only if its time grows, in milliseconds; on some
	 * file systems that takes a second or two.
	 * @return the time as the file system has stored it
	 */
	private Instant setModificationTime(NewFile file, Instant last) throws IOException {
		Instant wanted = Instant.ofEpochMilli(System.currentTimeMillis());
		if (!wanted.isAfter(last)) {
			wanted = Instant.ofEpochMilli(last.toEpochMilli() + 1);
		}
		Instant stored = file.setModified(wanted);
		for (int seconds = 1; seconds <= COARSEST.toSeconds() && !stored.isAfter(last); seconds++) {
			stored = file.setModified(last.plusSeconds(seconds));
		}
		return stored;
	}

}
