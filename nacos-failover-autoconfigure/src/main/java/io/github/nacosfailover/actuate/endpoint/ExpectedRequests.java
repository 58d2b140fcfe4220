package io.github.nacosfailover.actuate.endpoint;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.web.method.HandlerMethod;

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

	private final Supplier<@Nullable WebEndpointsSupplier> endpoints;

	/**
	 * Creates the collection.
	 * @param endpoints tells the endpoints there are, {@code null} if there are none
	 */
	public ExpectedRequests(Supplier<@Nullable WebEndpointsSupplier> endpoints) {
		this.endpoints = endpoints;
	}

	/**
	 * Whether a handler is an operation of any endpoint of the actuator, whose classes
	 * are private and are in other packages with each line of Spring Boot.
	 * @param handler what handles a request
	 * @return {@code true} if it is
	 */
	static boolean isOperation(Object handler) {
		return handler instanceof HandlerMethod method
				&& method.getBeanType().getName().startsWith("org.springframework.boot.")
				&& method.getBeanType().getName().contains("EndpointHandlerMapping$");
	}

	/**
	 * What a request has to look like.
	 * @param method its method
	 * @param pattern the pattern that its operation is mapped to
	 * @param variables the variables of the path
	 * @return the description, or {@code null} if the operation is not ours, or reads
	 */
	@Nullable ExpectedRequest find(String method, String pattern, Map<?, ?> variables) {
		WebEndpointsSupplier known = this.endpoints.get();
		if (known == null) {
			return null;
		}
		ExposableWebEndpoint endpoint = null;
		String path = "";
		for (ExposableWebEndpoint candidate : known.getEndpoints()) {
			for (WebOperation operation : candidate.getOperations()) {
				String mapped = "/" + operation.getRequestPredicate().getPath();
				// An endpoint at 'x/nacosfailover' ends like ours, but is longer.
				if (pattern.endsWith(mapped) && mapped.length() > path.length()) {
					endpoint = candidate;
					path = mapped;
				}
			}
		}
		Map<String, ExpectedRequest> expected = (endpoint != null)
				? EXPECTED.get(method + " " + endpoint.getEndpointId() + (path.endsWith("}") ? "/{}" : "")) : null;
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
