package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * The switch as a document.
 */
final class SwitchDocument {

	private SwitchDocument() {
	}

	static byte[] write(SwitchState state) {
		ObjectNode node = StoredJson.describe(state);
		ObjectNode exceptions = node.putObject("exceptions");
		new TreeMap<>(state.exceptions()).forEach((key, enabled) -> exceptions.put(key.toString(), enabled));
		return StoredJson.write(node);
	}

	/**
	 * Reads a switch.
	 * @param content what {@link #write} has written
	 * @return the switch, or {@code null} if it is no such content
	 */
	static @Nullable SwitchState read(byte[] content) {
		try {
			JsonNode node = StoredJson.MAPPER.readTree(content);
			SwitchState state = StoredJson.readSwitch(node);
			return (state != null) ? state.withExceptions(exceptions(node.path("exceptions"))) : null;
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

}
