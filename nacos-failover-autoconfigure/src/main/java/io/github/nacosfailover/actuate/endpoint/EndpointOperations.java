package io.github.nacosfailover.actuate.endpoint;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.web.method.HandlerMethod;

/**
 * The operations of all endpoints of the actuator, by the pattern that a request was
 * mapped to. How the path of the request was spelled does not matter.
 */
public final class EndpointOperations {

	private final Supplier<@Nullable WebEndpointsSupplier> endpoints;

	/**
	 * Creates the collection.
	 * @param endpoints tells the endpoints there are, {@code null} if there are none
	 */
	public EndpointOperations(Supplier<@Nullable WebEndpointsSupplier> endpoints) {
		this.endpoints = endpoints;
	}

	/**
	 * Whether a handler is an operation of any endpoint of the actuator, whose classes
	 * are private and are in other packages with each line of Spring Boot.
	 * @param handler what handles a request
	 * @return {@code true} if it is
	 */
	public static boolean isOperation(Object handler) {
		return handler instanceof HandlerMethod method
				&& method.getBeanType().getName().startsWith("org.springframework.boot.")
				&& method.getBeanType().getName().contains("EndpointHandlerMapping$");
	}

	/**
	 * Finds the endpoint whose operation a request was mapped to.
	 * @param pattern the pattern that the operation is mapped to
	 * @return the endpoint, or {@code null} if there is none with such an operation
	 */
	public @Nullable Mapped find(String pattern) {
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
		return (endpoint != null) ? new Mapped(endpoint.getEndpointId(), path) : null;
	}

	/**
	 * An endpoint, and the path of one of its operations below the base path.
	 *
	 * @param endpoint the id of the endpoint
	 * @param path the path, with a slash at its start
	 */
	public record Mapped(EndpointId endpoint, String path) {

	}

}
