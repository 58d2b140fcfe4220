package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * The switch as a document. In a stage it has the switch there was before, and beside it
 * the one that the stage leads to.
 */
final class SwitchDocument {

	private SwitchDocument() {
	}

	static byte[] write(SwitchState state) {
		SwitchStage stage = state.stage();
		ObjectNode node = StoredJson.describe((stage != null) ? stage.before() : state);
		ObjectNode exceptions = node.putObject("exceptions");
		new TreeMap<>(state.exceptions()).forEach((key, enabled) -> exceptions.put(key.toString(), enabled));
		if (stage != null) {
			write(stage, node.putObject("stage"));
		}
		return StoredJson.write(node);
	}

	private static void write(SwitchStage stage, ObjectNode node) {
		node.put("id", stage.id())
			.put("state", stage.state().name().toLowerCase(Locale.ROOT))
			.put("share", stage.share())
			.put("hold", stage.hold().toString())
			.put("since", stage.since().toString())
			.put("instances", stage.instances())
			.put("force", stage.force())
			.put("plan", stage.plan())
			.put("detail", stage.detail());
		node.set("to", StoredJson.describe(stage.to()));
		ArrayNode members = node.putArray("members");
		stage.members().forEach(members::add);
	}

	/**
	 * Reads a switch.
	 * @param content what {@link #write} has written
	 * @param instance name of the process that it is read for
	 * @return the switch, or {@code null} if it is no such content
	 */
	static @Nullable SwitchState read(byte[] content, String instance) {
		try {
			JsonNode node = StoredJson.MAPPER.readTree(content);
			SwitchState state = StoredJson.readSwitch(node);
			if (state == null) {
				return null;
			}
			Map<ServiceKey, Boolean> exceptions = exceptions(node.path("exceptions"));
			return node.has("stage") ? stage(node.path("stage"), state).seenBy(instance, exceptions)
					: state.withExceptions(exceptions);
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	private static SwitchStage stage(JsonNode node, SwitchState before) {
		List<String> members = new ArrayList<>();
		node.path("members").forEach((member) -> members.add(member.asText()));
		return new SwitchStage(text(node, "id"), State.valueOf(text(node, "state").toUpperCase(Locale.ROOT)),
				node.path("share").asInt(), Duration.parse(text(node, "hold")),
				Objects.requireNonNull(StoredJson.instant(node, "since")), node.path("instances").asInt(), members,
				before, Objects.requireNonNull(StoredJson.readSwitch(node.path("to"))), node.path("force").asBoolean(),
				StoredJson.text(node, "plan"), StoredJson.text(node, "detail"));
	}

	private static String text(JsonNode node, String name) {
		return Objects.requireNonNull(StoredJson.text(node, name));
	}

	private static Map<ServiceKey, Boolean> exceptions(JsonNode node) {
		Map<ServiceKey, Boolean> exceptions = new HashMap<>();
		node.properties()
			.forEach((entry) -> exceptions.put(ServiceKey.parse(entry.getKey()), entry.getValue().booleanValue()));
		return exceptions;
	}

}
