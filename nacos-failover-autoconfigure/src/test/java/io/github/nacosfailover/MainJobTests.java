package io.github.nacosfailover;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The main job, as an operator does it: real server, real HTTP, a real kill.
 */
class MainJobTests {

	private final ObjectMapper mapper = new ObjectMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	Path home;

	@Test
	void flipsOverHttpSurvivesTheDeathOfTheServerAndGoesBackToLive() throws Exception {
		NacosServer server = SharedNacos.server();
		String service = "orders-" + UUID.randomUUID();
		NamingService provider = SharedNacos.client();
		provider.registerInstance(service, "10.0.0.1", 8080);
		FailoverFiles files = new FailoverFiles(this.home.resolve("failover")).service(service, "10.9.9.1:80",
				"10.9.9.2:80");
		try (ConfigurableApplicationContext context = run(server.serverAddr(), files.directory())) {
			NamingService naming = context.getBean(NamingService.class);
			await().until(() -> addresses(naming, service).equals(List.of("10.0.0.1:8080")));
			JsonNode off = get(context, "");
			assertThat(off.at("/enabled").asBoolean()).isFalse();
			assertThat(off.at("/namespaces/public/serverStatus").asText()).isEqualTo("UP");
			JsonNode on = post(context, "{\"enabled\": true, \"reason\": \"nacos upgrade\"}", 200);
			assertThat(addresses(naming, service)).containsExactly("10.9.9.1:80", "10.9.9.2:80");
			assertThat(on.at("/enabled").asBoolean()).isTrue();
			assertThat(on.at("/namespaces/public/switch/reason").asText()).isEqualTo("nacos upgrade");
			server.kill();
			assertThat(addresses(naming, service)).containsExactly("10.9.9.1:80", "10.9.9.2:80");
			await().until(() -> get(context, "").at("/namespaces/public/serverStatus").asText().equals("DOWN"));
			JsonNode status = get(context, "").at("/namespaces/public/services/DEFAULT_GROUP@@" + service);
			assertThat(status.at("/instances").asInt()).isEqualTo(2);
			assertThat(status.at("/servedFrom").asText()).isEqualTo("failover");
			server.restart();
			await().until(() -> get(context, "").at("/namespaces/public/serverStatus").asText().equals("UP"));
			await().until(() -> get(context, "/" + service).at("/live").size() == 1);
			assertThat(get(context, "/" + service).at("/removed")).hasSize(2);
			// Refused until the client knows what the server knows again.
			await().until(() -> send(context, "{\"enabled\": false}").statusCode() == 200);
			assertThat(addresses(naming, service)).containsExactly("10.0.0.1:8080");
		}
		finally {
			provider.shutDown();
		}
	}

	private static List<String> addresses(NamingService naming, String service) throws Exception {
		return naming.getAllInstances(service).stream().map(Instance::toInetAddr).toList();
	}

	private ConfigurableApplicationContext run(String serverAddr, Path directory) {
		return new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "management.endpoints.web.exposure.include=nacosfailover",
					"nacos.failover.disk.path=" + directory, "nacos.failover.client.server-addr=" + serverAddr,
					"spring.main.banner-mode=off")
			.run();
	}

	private JsonNode get(ConfigurableApplicationContext context, String path) throws Exception {
		HttpResponse<String> response = this.http.send(HttpRequest.newBuilder(uri(context, path)).build(),
				HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return this.mapper.readTree(response.body());
	}

	private JsonNode post(ConfigurableApplicationContext context, String body, int status) throws Exception {
		HttpResponse<String> response = send(context, body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		return this.mapper.readTree(response.body());
	}

	private HttpResponse<String> send(ConfigurableApplicationContext context, String body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri(context, ""))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
				+ "/actuator/nacosfailover" + path);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
