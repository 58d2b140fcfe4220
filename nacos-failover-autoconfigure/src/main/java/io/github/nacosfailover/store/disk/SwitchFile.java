package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The switch file of a failover directory, and beside it, in our own sub-directory, who
 * set it and why. What is noted there counts only for the very file it was written with:
 * after an edit by hand the author is {@code file}.
 */
final class SwitchFile {

	/** The stock client has no limit; a switch is one character. */
	private static final int MAX_SIZE = 64 * 1024;

	private static final ObjectMapper MAPPER = new ObjectMapper();

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
		if (signature == null) {
			return SwitchState.OFF;
		}
		if (signature.dangling()) {
			throw new IOException("it is a symbolic link to a file that does not exist");
		}
		Boolean enabled = parse(readContent());
		if (enabled == null) {
			return null;
		}
		return describe(enabled, signature.modified());
	}

	private String readContent() throws IOException {
		try (InputStream stream = Files.newInputStream(this.file)) {
			return new String(stream.readNBytes(MAX_SIZE), StandardCharsets.UTF_8);
		}
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
			JsonNode note = MAPPER.readTree(Files.readAllBytes(this.note));
			if (enabled == note.path("enabled").asBoolean() && modified.equals(instant(note, "modified"))) {
				return new SwitchState(enabled, instant(note, "at"), text(note, "by"), text(note, "reason"),
						instant(note, "until"));
			}
		}
		catch (NoSuchFileException ex) {
			// Set by hand, or by another program.
		}
		catch (IOException | RuntimeException ex) {
			// A note that cannot be read says nothing about the switch itself.
		}
		return new SwitchState(enabled, modified, "file", null, null);
	}

	private static @Nullable Instant instant(JsonNode note, String name) {
		String text = text(note, name);
		return (text != null) ? Instant.parse(text) : null;
	}

	private static @Nullable String text(JsonNode note, String name) {
		JsonNode value = note.path(name);
		return value.isTextual() ? value.textValue() : null;
	}

	/**
	 * Writes the switch and the note on it. The note comes first: if the process dies in
	 * between, it matches no switch file and is passed over.
	 * @param state the switch to write
	 * @return what {@link #read()} answers from now on
	 * @throws IOException if it cannot be written
	 */
	SwitchState write(SwitchState state) throws IOException {
		OwnDirectory.create(this.directory, this.ownDirectory);
		Instant modified = modificationTime();
		AtomicFile.write(this.note, note(state, modified), this.ownDirectory, null);
		AtomicFile.write(this.file, (state.enabled() ? "1\n" : "0\n").getBytes(StandardCharsets.US_ASCII),
				this.ownDirectory, FileTime.from(modified));
		return state;
	}

	/** The stock client sees a switch only if its time grows, in milliseconds. */
	private Instant modificationTime() throws IOException {
		Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
		FileSignature previous = FileSignature.of(this.file);
		if (previous != null && !now.isAfter(previous.modified())) {
			return Instant.ofEpochMilli(previous.modified().toEpochMilli() + 1);
		}
		return now;
	}

	private static byte[] note(SwitchState state, Instant modified) throws JsonProcessingException {
		ObjectNode note = MAPPER.createObjectNode();
		note.put("enabled", state.enabled());
		note.put("modified", modified.toString());
		note.put("at", text(state.at()));
		note.put("by", state.by());
		note.put("reason", state.reason());
		note.put("until", text(state.until()));
		return MAPPER.writeValueAsBytes(note);
	}

	private static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

}
