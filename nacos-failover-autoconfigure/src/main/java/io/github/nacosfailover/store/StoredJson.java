package io.github.nacosfailover.store;

import java.time.Instant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the JSON of stores, except for backups. Unexpected values count as
 * missing.
 */
public final class StoredJson {

	/** The mapper of all stores. */
	public static final ObjectMapper MAPPER = new ObjectMapper();

	private StoredJson() {
	}

	/**
	 * Describes a switch without its exceptions.
	 * @param state the switch
	 * @return the description, to which more may be added
	 */
	public static ObjectNode describe(SwitchState state) {
		return MAPPER.createObjectNode()
			.put("enabled", state.enabled())
			.put("at", text(state.at()))
			.put("by", state.by())
			.put("reason", state.reason())
			.put("until", text(state.until()));
	}

	/**
	 * Reads what {@link #describe} has written.
	 * @param node the description
	 * @return the switch without exceptions, or {@code null} if the description does not
	 * say whether it is on
	 * @throws RuntimeException if a time is damaged
	 */
	public static @Nullable SwitchState readSwitch(JsonNode node) {
		Boolean enabled = flag(node, "enabled");
		return (enabled == null) ? null : new SwitchState(enabled, instant(node, "at"), text(node, "by"),
				text(node, "reason"), instant(node, "until"));
	}

	public static byte[] write(Object value) {
		try {
			return MAPPER.writeValueAsBytes(value);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return value.isTextual() ? value.textValue() : null;
	}

	public static @Nullable Boolean flag(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return value.isBoolean() ? (Boolean) value.booleanValue() : null;
	}

	public static @Nullable Instant instant(JsonNode node, String name) {
		String text = text(node, name);
		return (text != null) ? Instant.parse(text) : null;
	}

	public static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

}
