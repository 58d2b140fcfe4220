package io.github.nacosfailover.actuate.endpoint;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * What requests to the write operations of our endpoints have to look like, by the
 * operation that is about to be invoked. The operations themselves say it.
 */
public final class ExpectedRequests {

	/** By method, endpoint and whether a part of the path is a name. */
	private static final Map<String, Map<String, ExpectedRequest>> EXPECTED = Stream
		.of(NacosFailoverEndpointWebExtension.class, NacosFailoverSnapshotsEndpointWebExtension.class)
		.flatMap((extension) -> Stream.of(extension.getMethods()))
		.filter((operation) -> httpMethod(operation) != null)
		.collect(Collectors.toUnmodifiableMap(ExpectedRequests::key, ExpectedRequest::of));

	private final EndpointOperations operations;

	/**
	 * Creates the collection.
	 * @param operations the operations there are
	 */
	public ExpectedRequests(EndpointOperations operations) {
		this.operations = operations;
	}

	/**
	 * What a request has to look like.
	 * @param method its method
	 * @param pattern the pattern that its operation is mapped to
	 * @param variables the variables of the path
	 * @return the description, or {@code null} if the operation is not ours, or reads
	 */
	@Nullable ExpectedRequest find(String method, String pattern, Map<?, ?> variables) {
		EndpointOperations.Mapped mapped = this.operations.find(pattern);
		Map<String, ExpectedRequest> expected = (mapped != null)
				? EXPECTED.get(method + " " + mapped.endpoint() + (mapped.path().endsWith("}") ? "/{}" : "")) : null;
		if (expected == null) {
			return null;
		}
		for (Object variable : variables.values()) {
			ExpectedRequest named = expected.get(String.valueOf(variable));
			if (named != null) {
				return named;
			}
		}
		return expected.get("");
	}

	private static String key(Method operation) {
		Class<?> endpoint = operation.getDeclaringClass().getAnnotation(EndpointWebExtension.class).endpoint();
		boolean named = Stream.of(operation.getParameters())
			.anyMatch((parameter) -> parameter.isAnnotationPresent(Selector.class));
		return httpMethod(operation) + " " + endpoint.getAnnotation(Endpoint.class).id() + (named ? "/{}" : "");
	}

	private static @Nullable String httpMethod(Method operation) {
		if (operation.isAnnotationPresent(WriteOperation.class)) {
			return "POST";
		}
		return operation.isAnnotationPresent(DeleteOperation.class) ? "DELETE" : null;
	}

}
