package io.github.nacosfailover.samples.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application on the loopback address, as it is reached over HTTP.
 */
record Endpoint(String base) {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final ObjectMapper mapper = new ObjectMapper();

	static Endpoint of(ConfigurableApplicationContext context) {
		return new Endpoint("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
	}

	int port() {
		return URI.create(this.base).getPort();
	}

	JsonNode get(String path) {
		return json(send(request(path)));
	}

	HttpResponse<String> post(String path, String body) {
		return send(request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	static JsonNode json(HttpResponse<String> response) {
		return json(response.body());
	}

	static JsonNode json(String text) {
		try {
			return mapper.readTree(text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(text, ex);
		}
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + path))
			.header("Accept", "application/json")
			.timeout(Duration.ofSeconds(60));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
