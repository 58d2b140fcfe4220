package io.github.nacosfailover.store.archive;

import java.time.Instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the text of a backup's document says, so that its content need not be read to tell
 * of it.
 *
 * @param instances number of instances
 * @param healthy number of healthy ones
 * @param modified when it was written
 * @param size size in bytes of the content as it is kept
 * @param manual whether it was written by somebody else
 */
public record BackupSummary(int instances, int healthy, Instant modified, long size, boolean manual) {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	public String write() {
		try {
			ObjectNode node = MAPPER.createObjectNode()
				.put("instances", this.instances)
				.put("healthy", this.healthy)
				.put("modified", this.modified.toString())
				.put("size", this.size);
			return MAPPER.writeValueAsString(this.manual ? node.put("manual", true) : node);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static BackupSummary read(String text) {
		try {
			JsonNode node = MAPPER.readTree(text);
			return new BackupSummary(node.path("instances").asInt(), node.path("healthy").asInt(),
					Instant.parse(node.path("modified").asText()), node.path("size").asLong(),
					node.path("manual").asBoolean());
		}
		catch (JsonProcessingException | RuntimeException ex) {
			return new BackupSummary(0, 0, Instant.EPOCH, 0, false);
		}
	}

}
