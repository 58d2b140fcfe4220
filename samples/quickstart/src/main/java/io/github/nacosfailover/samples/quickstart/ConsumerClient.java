package io.github.nacosfailover.samples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes steps at the consumer, over HTTP.
 */
class ConsumerClient {

	private final String address;

	private final HttpClient http = HttpClient.newHttpClient();

	private final JsonMapper mapper = new JsonMapper();

	ConsumerClient(String address) {
		this.address = address;
	}

	String console() {
		return this.address + "/actuator/nacosfailoverconsole";
	}

	String curl(Step step) {
		return step.curl(this.address);
	}

	/** Lines of Prometheus as an object: a sample's name and its value. */
	private JsonNode samples(String text) {
		ObjectNode samples = this.mapper.createObjectNode();
		text.lines().filter((line) -> line.startsWith(Step.METER_PREFIX)).forEach((line) -> {
			int end = line.lastIndexOf(' ');
			samples.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
		});
		return samples;
	}

	JsonNode take(Step step) throws IOException, InterruptedException {
		BodyPublisher body = (step.body() != null) ? BodyPublishers.ofString(step.body()) : BodyPublishers.noBody();
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.address + step.path()))
			.header("Content-Type", "application/json")
			.timeout(Duration.ofSeconds(80))
			.method(step.method(), body)
			.build();
		HttpResponse<String> response = this.http.send(request, HttpResponse.BodyHandlers.ofString());
		// 409 is an answer too: it tells why not.
		if (response.statusCode() != 200 && response.statusCode() != 409) {
			throw new TourFailure("status %d: %s".formatted(response.statusCode(), response.body()));
		}
		String type = response.headers().firstValue("Content-Type").orElse("");
		return type.contains("json") ? this.mapper.readTree(response.body()) : samples(response.body());
	}

}
