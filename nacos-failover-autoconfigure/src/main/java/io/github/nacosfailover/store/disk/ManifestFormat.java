package io.github.nacosfailover.store.disk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Writes manifests as JSON, one service a line, and reads them. What is told of a
 * generation comes first, so that the long rest need not be read for a list.
 */
final class ManifestFormat {

	private static final int VERSION = 1;

	private static final JsonFactory JSON = new JsonFactory();

	private ManifestFormat() {
	}

	static byte[] write(Manifest manifest) {
		Snapshot generation = manifest.generation();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096 + 160 * manifest.backups().size());
		try (JsonGenerator json = JSON.createGenerator(bytes)) {
			json.writeStartObject();
			json.writeNumberField("format", VERSION);
			json.writeStringField("id", generation.id());
			json.writeStringField("at", generation.at().toString());
			json.writeStringField("by", generation.by());
			json.writeNumberField("services", generation.services());
			json.writeNumberField("instances", generation.instances());
			json.writeArrayFieldStart("packs");
			for (long pack : new TreeSet<>(manifest.packs())) {
				json.writeNumber(pack);
			}
			json.writeEndArray();
			write(json, "added", generation.added());
			write(json, "changed", generation.changed());
			write(json, "removed", generation.removed());
			writeSteps(json, manifest.steps());
			writeBackups(json, manifest.backups());
			json.writeEndObject();
			json.writeRaw('\n');
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	private static void write(JsonGenerator json, String name, Collection<ServiceKey> keys) throws IOException {
		json.writeArrayFieldStart(name);
		for (ServiceKey key : keys) {
			json.writeString(key.toString());
		}
		json.writeEndArray();
	}

	private static void writeSteps(JsonGenerator json, List<FileStep> steps) throws IOException {
		json.writeArrayFieldStart("steps");
		for (FileStep step : steps) {
			json.writeRaw('\n');
			json.writeStartArray();
			json.writeString(step.file());
			json.writeString(step.key().toString());
			json.writeString(step.before());
			json.writeString(step.after());
			json.writeEndArray();
		}
		json.writeEndArray();
	}

	private static void writeBackups(JsonGenerator json, Map<ServiceKey, ArchivedBackup> backups) throws IOException {
		json.writeArrayFieldStart("backups");
		for (Map.Entry<ServiceKey, ArchivedBackup> entry : backups.entrySet()) {
			ArchivedBackup backup = entry.getValue();
			json.writeRaw('\n');
			json.writeStartArray();
			json.writeString(entry.getKey().toString());
			json.writeString(backup.saved().digest());
			json.writeNumber(backup.saved().instances());
			json.writeNumber(backup.saved().healthy());
			json.writeBoolean(backup.manual());
			json.writeNumber(backup.content().pack());
			json.writeNumber(backup.content().offset());
			json.writeNumber(backup.content().length());
			json.writeEndArray();
		}
		json.writeEndArray();
	}

	/**
	 * Reads a manifest.
	 * @param file where it was read from
	 * @param number its number
	 * @param content its content
	 * @param depth how much of it to read
	 * @return the manifest, its tail empty if that was not to be read
	 * @throws DamagedFileException if it cannot be understood
	 */
	static Manifest read(Path file, long number, byte[] content, Depth depth) throws DamagedFileException {
		try (JsonParser json = JSON.createParser(content)) {
			return new Reader(json).read(number, depth);
		}
		catch (JsonProcessingException ex) {
			throw new DamagedFileException(file, "no manifest: " + ex.getOriginalMessage());
		}
		catch (IOException | IllegalArgumentException | DateTimeException ex) {
			throw new DamagedFileException(file, "no manifest: " + ex.getMessage());
		}
	}

	/** How far to read. */
	enum Depth {

		/** What is told of the generation, and its packs. */
		GENERATION,

		/** Also what was done to data files. */
		STEPS,

		/** All. */
		BACKUPS

	}

	private static final class Reader {

		private final JsonParser json;

		private String id = "";

		private Instant at = Instant.EPOCH;

		private String by = "";

		private int services;

		private int instances;

		private final Set<Long> packs = new LinkedHashSet<>();

		private Set<ServiceKey> added = Set.of();

		private Set<ServiceKey> changed = Set.of();

		private Set<ServiceKey> removed = Set.of();

		private final List<FileStep> steps = new ArrayList<>();

		private final Map<ServiceKey, ArchivedBackup> backups = new LinkedHashMap<>();

		Reader(JsonParser json) {
			this.json = json;
		}

		Manifest read(long number, Depth depth) throws IOException {
			expect(JsonToken.START_OBJECT);
			while (this.json.nextToken() == JsonToken.FIELD_NAME) {
				String name = this.json.currentName();
				if ((name.equals("steps") && depth == Depth.GENERATION)
						|| (name.equals("backups") && depth == Depth.STEPS)) {
					break;
				}
				readField(name);
			}
			Snapshot generation = new Snapshot(this.id, this.at, this.by, this.services, this.instances, false,
					this.added, this.changed, this.removed);
			return new Manifest(number, generation, this.packs, this.steps, this.backups);
		}

		private void readField(String name) throws IOException {
			this.json.nextToken();
			switch (name) {
				case "format" -> {
					if (this.json.getIntValue() != VERSION) {
						throw new IllegalArgumentException(
								"format %d, this version reads format %d".formatted(this.json.getIntValue(), VERSION));
					}
				}
				case "id" -> this.id = this.json.getText();
				case "at" -> this.at = Instant.parse(this.json.getText());
				case "by" -> this.by = this.json.getText();
				case "services" -> this.services = this.json.getIntValue();
				case "instances" -> this.instances = this.json.getIntValue();
				case "packs" -> {
					while (this.json.nextToken() != JsonToken.END_ARRAY) {
						this.packs.add(this.json.getLongValue());
					}
				}
				case "added" -> this.added = readKeys();
				case "changed" -> this.changed = readKeys();
				case "removed" -> this.removed = readKeys();
				case "steps" -> readSteps();
				case "backups" -> readBackups();
				default -> this.json.skipChildren();
			}
		}

		private Set<ServiceKey> readKeys() throws IOException {
			Set<ServiceKey> keys = new LinkedHashSet<>();
			while (this.json.nextToken() != JsonToken.END_ARRAY) {
				keys.add(ServiceKey.parse(this.json.getText()));
			}
			return keys;
		}

		private void readSteps() throws IOException {
			while (this.json.nextToken() == JsonToken.START_ARRAY) {
				this.steps
					.add(new FileStep(nextText(), ServiceKey.parse(nextText()), nextTextOrNull(), nextTextOrNull()));
				expect(JsonToken.END_ARRAY);
			}
		}

		private void readBackups() throws IOException {
			while (this.json.nextToken() == JsonToken.START_ARRAY) {
				ServiceKey key = ServiceKey.parse(nextText());
				SavedBackup saved = new SavedBackup(nextText(), nextInt(), nextInt());
				boolean manual = this.json.nextToken() == JsonToken.VALUE_TRUE;
				PackedContent content = new PackedContent(nextLong(), nextLong(), nextInt());
				this.backups.put(key, new ArchivedBackup(saved, manual, content));
				expect(JsonToken.END_ARRAY);
			}
		}

		private String nextText() throws IOException {
			expect(JsonToken.VALUE_STRING);
			return this.json.getText();
		}

		private @Nullable String nextTextOrNull() throws IOException {
			return (this.json.nextToken() == JsonToken.VALUE_STRING) ? this.json.getText() : null;
		}

		private int nextInt() throws IOException {
			expect(JsonToken.VALUE_NUMBER_INT);
			return this.json.getIntValue();
		}

		private long nextLong() throws IOException {
			expect(JsonToken.VALUE_NUMBER_INT);
			return this.json.getLongValue();
		}

		private void expect(JsonToken token) throws IOException {
			if (this.json.nextToken() != token) {
				throw new IllegalArgumentException("something else than " + token);
			}
		}

	}

}
