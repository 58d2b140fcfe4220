package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The switch as a document.
 */
final class SwitchDocument {

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private SwitchDocument() {
	}

	static byte[] write(SwitchState state) {
		ObjectNode node = MAPPER.createObjectNode();
		node.put("enabled", state.enabled());
		node.put("at", text(state.at()));
		node.put("by", state.by());
		node.put("reason", state.reason());
		node.put("until", text(state.until()));
		ObjectNode exceptions = node.putObject("exceptions");
		new TreeMap<>(state.exceptions()).forEach((key, enabled) -> exceptions.put(key.toString(), enabled));
		try {
			return MAPPER.writeValueAsBytes(node);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Reads a switch.
	 * @param content what {@link #write} has written
	 * @return the switch, or {@code null} if it is no such content
	 */
	static @Nullable SwitchState read(byte[] content) {
		try {
			JsonNode node = MAPPER.readTree(content);
			if (!node.path("enabled").isBoolean()) {
				return null;
			}
			return new SwitchState(node.path("enabled").booleanValue(), instant(node, "at"), text(node, "by"),
					text(node, "reason"), instant(node, "until"), exceptions(node.path("exceptions")));
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	private static Map<ServiceKey, Boolean> exceptions(JsonNode node) {
		Map<ServiceKey, Boolean> exceptions = new HashMap<>();
		node.properties()
			.forEach((entry) -> exceptions.put(ServiceKey.parse(entry.getKey()), entry.getValue().booleanValue()));
		return exceptions;
	}

	private static @Nullable Instant instant(JsonNode node, String name) {
		String text = text(node, name);
		return (text != null) ? Instant.parse(text) : null;
	}

	private static @Nullable String text(JsonNode node, String name) {
		JsonNode value = node.path(name);
		return value.isTextual() ? value.textValue() : null;
	}

	private static @Nullable String text(@Nullable Instant instant) {
		return (instant != null) ? instant.toString() : null;
	}

}
