package io.github.nacosfailover.actuate.endpoint;

import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a POST may look like. The actuator itself is lenient: it turns every
 * value into a string and passes over what it does not know, so that a slip of the
 * operator would be taken for a wish.
 */
final class SwitchRequestBody {

	static final int MAX_SIZE = 64 * 1024;

	private static final ObjectMapper MAPPER = JsonMapper
		.builder(com.fasterxml.jackson.core.JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private static final Map<String, Predicate<JsonNode>> FIELDS = Map.of("enabled",
			(value) -> value.isBoolean() || value.isNull(), "force", (value) -> value.isBoolean() || value.isNull(),
			"namespace", SwitchRequestBody::isText, "reason", SwitchRequestBody::isText, "duration",
			SwitchRequestBody::isText);

	private SwitchRequestBody() {
	}

	private static boolean isText(JsonNode value) {
		return value.isTextual() || value.isNull();
	}

	/**
	 * Looks for a fault in a body.
	 * @param body the bytes, of which there may be one more than {@link #MAX_SIZE}
	 * @return the answer that tells of the fault, or {@code null} if there is none
	 */
	static byte @Nullable [] findFault(byte[] body) {
		String message = describeFault(body);
		if (message == null) {
			return null;
		}
		ObjectNode answer = MAPPER.createObjectNode().put("status", 400).put("message", message);
		try {
			return MAPPER.writeValueAsBytes(answer);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable String describeFault(byte[] body) {
		if (body.length > MAX_SIZE) {
			return "The body is larger than %d bytes".formatted(MAX_SIZE);
		}
		if (body.length == 0) {
			return "The body is empty; send {\"enabled\": true} or {\"enabled\": false}";
		}
		JsonNode root;
		try {
			root = MAPPER.readTree(body);
		}
		catch (JsonProcessingException ex) {
			return "The body is not valid JSON: " + ex.getOriginalMessage();
		}
		catch (IOException ex) {
			return "The body is not readable: " + ex.getMessage();
		}
		return describeFault(root);
	}

	private static @Nullable String describeFault(@Nullable JsonNode root) {
		if (root == null || !root.isObject()) {
			return "The body is not a JSON object; send {\"enabled\": true} or {\"enabled\": false}";
		}
		for (Map.Entry<String, JsonNode> field : root.properties()) {
			Predicate<JsonNode> type = FIELDS.get(field.getKey());
			if (type == null) {
				return "The field '%s' is not known; known are enabled, namespace, reason, duration and force"
					.formatted(field.getKey());
			}
			if (!type.test(field.getValue())) {
				return "The field '%s' has the wrong type: %s".formatted(field.getKey(),
						field.getValue().getNodeType().toString().toLowerCase(java.util.Locale.ROOT));
			}
		}
		return root.has("enabled") ? null : "'enabled' is missing; send {\"enabled\": true} or {\"enabled\": false}";
	}

}
