package io.github.nacosfailover.actuate.endpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
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
 *
 * @param example how to send it, for people
 * @param oneRequired names of fields of which one has to be there; a body need not be
 * there at all if this is empty
 * @param fields the fields it may have and their types; null stands for the absence of
 * one
 */
record ExpectedBody(String example, List<String> oneRequired, Map<String, Class<?>> fields) {

	static final int MAX_SIZE = 64 * 1024;

	private static final ObjectMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	/**
	 * Looks for a fault in a body.
	 * @param body the bytes, of which there may be one more than {@link #MAX_SIZE}
	 * @return what is wrong, or {@code null} if nothing is
	 */
	@Nullable String findFault(byte[] body) {
		if (body.length > MAX_SIZE) {
			return "The body is larger than %d bytes".formatted(MAX_SIZE);
		}
		if (body.length == 0) {
			return this.oneRequired.isEmpty() ? null : "The body is empty; send " + this.example;
		}
		try {
			return findFault(MAPPER.readTree(body));
		}
		catch (JsonProcessingException ex) {
			return "The body is not valid JSON: " + ex.getOriginalMessage();
		}
		catch (IOException ex) {
			return "The body is not readable: " + ex.getMessage();
		}
	}

	private @Nullable String findFault(@Nullable JsonNode root) {
		if (root == null || !root.isObject()) {
			return "The body is not a JSON object; send " + this.example;
		}
		for (Map.Entry<String, JsonNode> entry : root.properties()) {
			JsonNode value = entry.getValue();
			Class<?> type = this.fields.get(entry.getKey());
			if (type == null) {
				return "The field '%s' is not known; known are %s".formatted(entry.getKey(),
						String.join(", ", this.fields.keySet()));
			}
			if (!value.isNull() && !isOf(type, value)) {
				return "The field '%s' has the wrong type: %s".formatted(entry.getKey(),
						value.getNodeType().toString().toLowerCase(Locale.ROOT));
			}
		}
		if (!this.oneRequired.isEmpty() && this.oneRequired.stream().noneMatch(root::has)) {
			return "'%s' is missing; send %s".formatted(String.join("' or '", this.oneRequired), this.example);
		}
		return null;
	}

	/**
	 * Replaces arrays and objects by texts that have their JSON.
	 * @param body the bytes, in which there is no fault
	 * @return the bytes, the same ones if there is neither
	 */
	byte[] withListsAsTexts(byte[] body) {
		if (body.length == 0 || !(this.fields.containsValue(List.class) || this.fields.containsValue(Map.class))) {
			return body;
		}
		try {
			if (!(MAPPER.readTree(body) instanceof ObjectNode root)) {
				return body;
			}
			List<String> containers = root.properties()
				.stream()
				.filter((entry) -> entry.getValue().isContainerNode())
				.map(Map.Entry::getKey)
				.toList();
			containers.forEach((name) -> root.put(name, root.get(name).toString()));
			return containers.isEmpty() ? body : MAPPER.writeValueAsBytes(root);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads an array of strings.
	 * @param json the array, as {@link #withListsAsTexts} has made a text of it
	 * @return the strings
	 */
	static List<String> texts(String json) {
		try {
			return List.of(MAPPER.readValue(json, String[].class));
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("'%s' is not an array of strings".formatted(json), ex);
		}
	}

	/**
	 * Reads an object of strings.
	 * @param name name of the field
	 * @param json the object, as {@link #withListsAsTexts} has made a text of it
	 * @return the strings by name
	 */
	static Map<String, String> fields(String name, String json) {
		try {
			Map<String, String> fields = new LinkedHashMap<>();
			MAPPER.readTree(json)
				.properties()
				.forEach((entry) -> fields.put(entry.getKey(), entry.getValue().asText()));
			return fields;
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("'%s' is not an object of strings".formatted(name), ex);
		}
	}

	private static boolean isOf(Class<?> type, JsonNode value) {
		if (type == List.class) {
			return value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
		}
		if (type == Map.class) {
			return value.isTextual() || (value.isObject() && value.valueStream().allMatch(JsonNode::isTextual));
		}
		return (type == Boolean.class) ? value.isBoolean() : value.isTextual();
	}

}
