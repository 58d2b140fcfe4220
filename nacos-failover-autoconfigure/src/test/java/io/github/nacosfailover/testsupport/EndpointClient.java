package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The endpoints of a running application over HTTP, as an operator uses them.
 */
public final class EndpointClient {

	private static final ObjectMapper mapper = new ObjectMapper();

	private static final HttpClient http = HttpClient.newHttpClient();

	private final String actuator;

	public EndpointClient(ConfigurableApplicationContext context) {
		this("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/actuator");
	}

	/**
	 * Creates a client of an application in another JVM.
	 * @param actuator the address of its endpoints
	 */
	public EndpointClient(String actuator) {
		this.actuator = actuator;
	}

	public JsonNode status() {
		return get("/nacosfailover", 200);
	}

	public JsonNode get(String path, int status) {
		return send(HttpRequest.newBuilder(URI.create(this.actuator + path)), status);
	}

	public JsonNode post(String body, int status) {
		return post("/nacosfailover", body, status);
	}

	public JsonNode post(String path, String body, int status) {
		return send(HttpRequest.newBuilder(URI.create(this.actuator + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)), status);
	}

	public JsonNode delete(String path, int status) {
		return send(HttpRequest.newBuilder(URI.create(this.actuator + path)).DELETE(), status);
	}

	private static JsonNode send(HttpRequest.Builder request, int status) {
		try {
			HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
			return mapper.readTree(response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
