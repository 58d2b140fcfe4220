package io.github.nacosfailover.actuate.endpoint;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.http.MediaType;

/**
 * What a request to a write operation has to look like. The actuator joins path, query
 * and body, and the query wins: so that what is carried out is what the body says, a
 * query is refused. A browser sends JSON to another site only after asking there, so that
 * no page can write unless CORS is configured to allow it.
 *
 * @param body what the body has to look like, {@code null} if the operation has none
 * @param parameters the query parameters that it may have
 */
record ExpectedRequest(@Nullable ExpectedBody body, Set<String> parameters) {

	/**
	 * The requests that an operation expects, which describes them by its parameters.
	 * @param operation the operation
	 * @return the descriptions, by the name in the path that they are for, empty for all
	 * others
	 */
	static Map<String, ExpectedRequest> of(Method operation) {
		Map<String, Class<?>> given = new LinkedHashMap<>();
		for (Parameter parameter : operation.getParameters()) {
			if (parameter.getType() != SecurityContext.class && !parameter.isAnnotationPresent(Selector.class)) {
				given.put(parameter.getName(), parameter.getType());
			}
		}
		Map<String, ExpectedRequest> requests = new HashMap<>();
		for (BodyFields body : operation.getAnnotationsByType(BodyFields.class)) {
			Map<String, Class<?>> fields = new LinkedHashMap<>(given);
			if (body.fields().length > 0) {
				fields.keySet().retainAll(Set.of(body.fields()));
			}
			List.of(body.lists()).forEach((name) -> fields.replace(name, List.class));
			List.of(body.objects()).forEach((name) -> fields.replace(name, Map.class));
			requests.put(body.name(), new ExpectedRequest(
					new ExpectedBody(body.example(), List.of(body.oneRequired()), fields), Set.of()));
		}
		return requests.isEmpty() ? Map.of("", new ExpectedRequest(null, given.keySet())) : requests;
	}

	/**
	 * Looks for a fault in what comes before the body.
	 * @param contentType the header, if there is one
	 * @param bodyPresent whether a body follows
	 * @param query names of the query parameters
	 * @return the fault, or {@code null} if there is none
	 */
	@Nullable RequestFault findFault(@Nullable String contentType, boolean bodyPresent, Collection<String> query) {
		if (!isJson(contentType) && (this.body != null || bodyPresent || contentType != null)) {
			return new RequestFault(415, "Writes need the header 'Content-Type: application/json', in UTF-8, "
					+ ((contentType != null) ? "but it is '%s'".formatted(contentType) : "which is missing"));
		}
		Set<String> unknown = new TreeSet<>(query);
		unknown.removeAll(this.parameters);
		if (!unknown.isEmpty()) {
			return new RequestFault(400,
					"Query parameters are not accepted for a write: %s; %s".formatted(String.join(", ", unknown),
							(this.body != null) ? "send them as fields of the body"
									: "only %s may be given".formatted(String.join(", ", this.parameters))));
		}
		return null;
	}

	/**
	 * Looks for a fault in a body.
	 * @param bytes the bytes, of which there may be one more than
	 * {@link ExpectedBody#MAX_SIZE}
	 * @return the fault, or {@code null} if there is none
	 */
	@Nullable RequestFault findFault(byte[] bytes) {
		String fault = (this.body != null) ? this.body.findFault(bytes) : null;
		return (fault != null) ? new RequestFault(400, fault) : null;
	}

	/**
	 * The body as the actuator understands it.
	 * @param bytes the bytes, in which there is no fault
	 * @return the bytes to pass on
	 */
	byte[] passedOn(byte[] bytes) {
		return (this.body != null) ? this.body.withListsAsTexts(bytes) : bytes;
	}

	private static boolean isJson(@Nullable String contentType) {
		if (contentType == null) {
			return false;
		}
		try {
			MediaType type = MediaType.parseMediaType(contentType);
			Charset charset = type.getCharset();
			return type.getType().equalsIgnoreCase("application") && type.getSubtype().equalsIgnoreCase("json")
					&& (charset == null || charset.equals(StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
