package io.github.nacosfailover.store.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * The backups of a snapshot, and what was new in it.
 *
 * @param services its backups by service
 * @param added services that the one before did not have
 * @param changed services that the one before had with another content
 * @param removed services that only the one before had
 * @param sizes sizes in bytes of its contents as they are kept, by hash
 */
public record SnapshotManifest(Map<ServiceKey, ArchivedBackup> services, Set<ServiceKey> added, Set<ServiceKey> changed,
		Set<ServiceKey> removed, Map<String, Long> sizes) {

	/**
	 * The manifest of a state that follows another.
	 * @param before the backups there were
	 * @param after those there are
	 * @param sizes sizes of contents, of more than those perhaps
	 */
	public static SnapshotManifest between(Map<ServiceKey, ArchivedBackup> before,
			Map<ServiceKey, ArchivedBackup> after, Map<String, Long> sizes) {
		Set<ServiceKey> added = new TreeSet<>();
		Set<ServiceKey> changed = new TreeSet<>();
		after.forEach((key, backup) -> {
			ArchivedBackup old = before.get(key);
			if (old == null) {
				added.add(key);
			}
			else if (!old.has(backup.saved().digest())) {
				changed.add(key);
			}
		});
		Set<ServiceKey> removed = new TreeSet<>(before.keySet());
		removed.removeAll(after.keySet());
		return new SnapshotManifest(new TreeMap<>(after), added, changed, removed, sizes);
	}

	/**
	 * The part of it that has some services only.
	 * @param some the services, {@code null} for all
	 * @return the manifest
	 */
	public SnapshotManifest only(@Nullable Set<ServiceKey> some) {
		if (some == null) {
			return this;
		}
		Map<ServiceKey, ArchivedBackup> kept = new TreeMap<>(this.services);
		kept.keySet().retainAll(some);
		return new SnapshotManifest(kept, this.added, this.changed, this.removed, this.sizes);
	}

	/**
	 * Size of a content as it is kept.
	 * @param hash its hash
	 * @return the size in bytes, 0 if it is not known
	 */
	public long size(String hash) {
		return this.sizes.getOrDefault(hash, 0L);
	}

	public boolean isWithoutChange() {
		return this.added.isEmpty() && this.changed.isEmpty() && this.removed.isEmpty();
	}

	public int instances() {
		return this.services.values().stream().mapToInt((backup) -> backup.saved().instances()).sum();
	}

	/**
	 * Pass on the hash of each content, once for each service that has it.
	 * @param consumer gets the hashes
	 */
	public void forEachHash(Consumer<String> consumer) {
		this.services.values().forEach((backup) -> consumer.accept(backup.saved().digest()));
	}

	public byte[] write() {
		ByteArrayOutputStream content = new ByteArrayOutputStream(160 * this.services.size() + 64);
		try (JsonGenerator json = StoredJson.MAPPER.createGenerator(content)) {
			json.writeStartObject();
			json.writeObjectFieldStart("services");
			for (Map.Entry<ServiceKey, ArchivedBackup> service : this.services.entrySet()) {
				SavedBackup saved = service.getValue().saved();
				json.writeObjectFieldStart(service.getKey().toString());
				json.writeStringField("hash", saved.digest());
				json.writeNumberField("instances", saved.instances());
				json.writeNumberField("healthy", saved.healthy());
				json.writeNumberField("size", size(saved.digest()));
				if (service.getValue().manual()) {
					json.writeBooleanField("manual", true);
				}
				json.writeEndObject();
			}
			json.writeEndObject();
			write(json, "added", this.added);
			write(json, "changed", this.changed);
			write(json, "removed", this.removed);
			json.writeEndObject();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return content.toByteArray();
	}

	private static void write(JsonGenerator json, String name, Set<ServiceKey> keys) throws IOException {
		json.writeArrayFieldStart(name);
		for (ServiceKey key : keys) {
			json.writeString(key.toString());
		}
		json.writeEndArray();
	}

	public static SnapshotManifest read(byte[] content) throws IOException {
		JsonNode root = StoredJson.MAPPER.readTree(content);
		Map<ServiceKey, ArchivedBackup> services = new TreeMap<>();
		Map<String, Long> sizes = new HashMap<>();
		try {
			for (Map.Entry<String, JsonNode> entry : root.path("services").properties()) {
				JsonNode node = entry.getValue();
				sizes.put(node.path("hash").asText(), node.path("size").asLong());
				SavedBackup saved = new SavedBackup(node.path("hash").asText(), node.path("instances").asInt(),
						node.path("healthy").asInt());
				services.put(ServiceKey.parse(entry.getKey()),
						new ArchivedBackup(saved, node.path("manual").asBoolean()));
			}
			return new SnapshotManifest(services, keys(root.path("added")), keys(root.path("changed")),
					keys(root.path("removed")), sizes);
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("the list of a snapshot is damaged: " + ex.getMessage(), ex);
		}
	}

	private static Set<ServiceKey> keys(JsonNode array) {
		Set<ServiceKey> keys = new TreeSet<>();
		array.forEach((node) -> keys.add(ServiceKey.parse(node.asText())));
		return keys;
	}

	/**
	 * What the text of a snapshot's document says.
	 *
	 * @param sequence grows with each snapshot
	 * @param id its id
	 * @param at when it was made
	 * @param by who asked for it
	 * @param services number of services
	 * @param instances number of instances
	 * @param size size in bytes of its manifest as it is kept
	 * @param pinned whether newer ones do not drive it out
	 */
	public record Summary(long sequence, String id, Instant at, String by, int services, int instances, long size,
			boolean pinned) {

		private static final int MAX_NAME = 200;

		Summary withPinned(boolean pinned) {
			return new Summary(this.sequence, this.id, this.at, this.by, this.services, this.instances, this.size,
					pinned);
		}

		Summary withSequence(long sequence) {
			return new Summary(sequence, this.id, this.at, this.by, this.services, this.instances, this.size,
					this.pinned);
		}

		String write() {
			ObjectNode node = StoredJson.MAPPER.createObjectNode();
			node.put("sequence", this.sequence).put("id", this.id).put("at", this.at.toString());
			node.put("by", (this.by.length() > MAX_NAME) ? this.by.substring(0, MAX_NAME) : this.by);
			node.put("services", this.services).put("instances", this.instances);
			node.put("size", this.size).put("pinned", this.pinned);
			return node.toString();
		}

		static Summary read(String text) throws IOException {
			try {
				JsonNode node = StoredJson.MAPPER.readTree(text);
				return new Summary(node.path("sequence").asLong(), node.path("id").asText(),
						Instant.parse(node.path("at").asText()), node.path("by").asText(),
						node.path("services").asInt(), node.path("instances").asInt(), node.path("size").asLong(),
						node.path("pinned").asBoolean());
			}
			catch (RuntimeException ex) {
				throw new IOException("the description of a snapshot is damaged: " + ex.getMessage(), ex);
			}
		}

	}

}
