package io.github.nacosfailover.compatibility;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running application, and HTTP to its endpoint.
 */
final class App implements AutoCloseable {

	static final String EXPOSED = "--management.endpoints.web.exposure.include=nacosfailover";

	private static final ObjectMapper mapper = new ObjectMapper();

	private static final HttpClient http = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private App(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static App start(String... arguments) {
		return start(List.of(Application.class), arguments);
	}

	static App start(Class<?> configuration, String... arguments) {
		return start(List.of(Application.class, configuration), arguments);
	}

	private static App start(List<Class<?>> sources, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off"));
		all.addAll(List.of(arguments));
		return new App(new SpringApplicationBuilder(sources.toArray(new Class<?>[0])).run(all.toArray(new String[0])));
	}

	static String serverAddr(String address) {
		return "--nacos.failover.client.server-addr=" + address;
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	NamingService naming() {
		return this.context.getBean(NamingService.class);
	}

	/**
	 * Asks the endpoint.
	 * @param path the path below the endpoint, {@code ""} or starting with a slash
	 * @return the answer, whatever its status
	 */
	Answer get(String path) {
		return send(request(path).build());
	}

	/**
	 * Asks another endpoint.
	 * @param path the path below the actuator, starting with a slash
	 * @return the answer, whatever its status
	 */
	Answer actuator(String path) {
		return send(request("/.." + path).build());
	}

	Answer post(String body) {
		return post("", body);
	}

	Answer post(String path, String body) {
		return send(request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build());
	}

	/**
	 * Asks another endpoint something.
	 * @param method the method
	 * @param path the path below the actuator, starting with a slash
	 * @param body the body, empty for none at all
	 * @return the answer, whatever its status
	 */
	Answer exchange(String method, String path, String body) {
		return exchange(method, path, body, "application/json");
	}

	/**
	 * Asks an endpoint something in a language of its own.
	 * @param method the method
	 * @param path the path below the actuator, starting with a slash
	 * @param body the body, empty for none at all
	 * @param contentType the type of the body, {@code null} for none
	 * @return the answer, whatever its status
	 */
	Answer exchange(String method, String path, String body, String contentType) {
		HttpRequest.Builder request = request("/.." + path);
		if (contentType != null) {
			request.header("Content-Type", contentType);
		}
		return send(request
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
			.build());
	}

	JsonNode status() {
		return get("").expect(200);
	}

	/**
	 * Switches, whatever guards say: the tests have backups of services that nobody
	 * provides.
	 */
	JsonNode flip(boolean enabled) {
		return post("{\"enabled\": " + enabled + ", \"force\": true}").expect(200);
	}

	private HttpRequest.Builder request(String path) {
		String port = this.context.getEnvironment().getProperty("local.management.port");
		return HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/nacosfailover" + path).normalize());
	}

	private static Answer send(HttpRequest request) {
		try {
			HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
			return new Answer(response.statusCode(), response.body(), response.headers());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * An answer over HTTP.
	 *
	 * @param status its status code
	 * @param body its body
	 * @param headers its headers
	 */
	record Answer(int status, String body, HttpHeaders headers) {

		JsonNode expect(int status) {
			assertThat(this.status).as(this.body).isEqualTo(status);
			try {
				return mapper.readTree(this.body);
			}
			catch (IOException ex) {
				throw new IllegalStateException(this.body, ex);
			}
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
