package io.github.nacosfailover.actuate.endpoint;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.github.nacosfailover.actuate.endpoint.StrictBody.Field;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;

/**
 * What requests to the write operations of our endpoints have to look like, by the
 * operation that is about to be invoked.
 */
public final class ExpectedRequests {

	private static final StrictBody SWITCH = new StrictBody("{\"enabled\": true} or {\"enabled\": false}",
			List.of("enabled"), Field.flag("enabled"), Field.text("namespace"), Field.text("reason"),
			Field.text("duration"), Field.flag("force"), Field.text("scope"), Field.text("wait"),
			Field.text("service"));

	private static final StrictBody SWITCH_SERVICE = new StrictBody(
			"{\"enabled\": true}, {\"enabled\": false} or {\"enabled\": null}", List.of("enabled"),
			Field.flag("enabled"), Field.text("namespace"), Field.text("reason"), Field.flag("force"));

	private static final StrictBody TAKE_SNAPSHOT = new StrictBody(
			"{}, {\"force\": true}, {\"copy\": \"to-store\"} or {\"copy\": \"to-disk\"}", List.of(),
			Field.text("namespace"), Field.flag("force"), Field.text("copy"));

	private static final StrictBody CHANGE_SNAPSHOT = new StrictBody("{\"restore\": true} or {\"pinned\": true}",
			List.of("restore", "pinned"), Field.flag("restore"), Field.text("mode"), Field.flag("pinned"),
			Field.text("namespace"));

	/** By method, endpoint and whether a part of the path is a name. */
	private static final Map<String, ExpectedRequest> EXPECTED = Map.of("POST nacosfailover",
			ExpectedRequest.withBody(SWITCH), "POST nacosfailover/{}", ExpectedRequest.withBody(SWITCH_SERVICE),
			"POST nacosfailoversnapshots", ExpectedRequest.withBody(TAKE_SNAPSHOT), "POST nacosfailoversnapshots/{}",
			ExpectedRequest.withBody(CHANGE_SNAPSHOT), "DELETE nacosfailoversnapshots/{}",
			ExpectedRequest.withoutBody("namespace"));

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
	 * @param bean class of the bean that handles a request
	 * @return {@code true} if it is
	 */
	static boolean isOperation(Class<?> bean) {
		return bean.getName().startsWith("org.springframework.boot.") && bean.getName().contains("EndpointHandlerMapping$");
	}

	/**
	 * What a request has to look like.
	 * @param method its method
	 * @param pattern the pattern that its operation is mapped to
	 * @return the description, or {@code null} if the operation is not ours, or reads
	 */
	@Nullable ExpectedRequest find(String method, String pattern) {
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
		return (endpoint != null)
				? EXPECTED.get(method + " " + endpoint.getEndpointId() + (path.endsWith("}") ? "/{}" : "")) : null;
	}

}
