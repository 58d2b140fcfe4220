package io.github.nacosfailover.samples.springcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application, running, as its users and its operators reach it: over HTTP.
 */
final class Shop implements AutoCloseable {

	/** The ways in which the application calls a service. */
	static final List<String> WAYS = List.of("/rest-client/orders", "/web-client/orders", "/api/");

	private final HttpClient http = HttpClient.newHttpClient();

	private final ObjectMapper mapper = new ObjectMapper();

	private final ConfigurableApplicationContext context;

	Shop(String serverAddr, Path failoverDirectory, List<Class<?>> configuration, String... arguments) {
		List<Class<?>> sources = new ArrayList<>(configuration);
		sources.add(ShopApplication.class);
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--spring.cloud.nacos.discovery.server-addr=" + serverAddr,
				"--spring.cloud.nacos.discovery.ip=127.0.0.1",
				"--spring.cloud.nacos.discovery.graceful-shutdown-wait-time=0",
				// What is seen of a flip is not to be had from the usual heartbeat.
				"--spring.cloud.nacos.discovery.watch-delay=3600000",
				"--nacos.failover.disk.path=" + failoverDirectory));
		all.addAll(List.of(arguments));
		this.context = new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).run(all.toArray(String[]::new));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(uri(path)));
	}

	/** The name of the instance that has answered. */
	String call(String way) {
		HttpResponse<String> response = get(way);
		assertThat(response.statusCode()).as(way + ": " + response.body()).isEqualTo(200);
		return response.body();
	}

	void on() {
		post("{\"enabled\": true, \"reason\": \"nacos upgrade\"}");
	}

	void off() {
		post("{\"enabled\": false, \"force\": true}");
	}

	private void post(String body) {
		HttpResponse<String> response = send(HttpRequest.newBuilder(uri("/actuator/nacosfailover"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
	}

	JsonNode status(String path) {
		return json(get("/actuator/nacosfailover" + path));
	}

	JsonNode json(HttpResponse<String> response) {
		try {
			return this.mapper.readTree(response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String serverStatus() {
		return status("").at("/namespaces/public/serverStatus").asText();
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.http.send(request.timeout(Duration.ofSeconds(30)).build(),
					HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port") + path);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
