package io.github.nacosfailover.actuate.endpoint;

import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stage over HTTP, of an application that is the only one on its database.
 */
class StageRequestsTests {

	private static final String STAGE = "{\"enabled\": true, \"reason\": \"nacos is dead\", "
			+ "\"stage\": {\"share\": \"10%\", \"hold\": \"30m\"}}";

	@TempDir
	Path directory;

	@Test
	void stageIsShownUntilItIsEnded() {
		new FailoverFiles(this.directory).service("orders", "10.9.9.1:80");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "management.endpoints.web.exposure.include=nacosfailover,health",
					"management.health.defaults.enabled=false", "management.health.nacos-failover.enabled=true",
					"management.endpoint.health.show-details=always", "nacos.failover.store=jdbc",
					"spring.datasource.url=jdbc:h2:mem:stages", "nacos.failover.disk.path=" + this.directory,
					"nacos.failover.client.server-addr=127.0.0.1:1", "spring.main.banner-mode=off")
			.run()) {
			EndpointClient endpoint = new EndpointClient(context);
			JsonNode stage = endpoint.post(STAGE, 202).at("/namespaces/public/stage");
			assertThat(stage.fieldNames()).toIterable()
				.containsExactly("state", "enabled", "share", "hold", "since", "until", "by", "reason", "instances",
						"members", "member", "detail");
			assertThat(stage.at("/state").asText()).isEqualTo("running");
			assertThat(stage.at("/enabled").asBoolean()).isTrue();
			assertThat(stage.at("/share").asText()).isEqualTo("10%");
			assertThat(stage.at("/hold").asText()).isEqualTo("PT30M");
			assertThat(stage.at("/by").asText()).isEqualTo("http");
			assertThat(stage.at("/reason").asText()).isEqualTo("nacos is dead");
			assertThat(stage.at("/instances").asInt()).isEqualTo(1);
			assertThat(stage.at("/members")).hasSize(1);
			assertThat(stage.at("/member").asBoolean()).isTrue();
			assertThat(endpoint.get("/health", 200).at("/components/nacosFailover/details/public/stage/state").asText())
				.isEqualTo("running");
			assertThat(endpoint.post("{\"stage\": \"stop\"}", 409).at("/refused/0").asText())
				.contains("the server is down");
			JsonNode stopped = endpoint.post("{\"stage\": \"stop\", \"force\": true, \"reason\": \"not now\"}", 200);
			assertThat(stopped.at("/enabled").asBoolean()).isFalse();
			assertThat(stopped.at("/namespaces/public/stage/state").asText()).isEqualTo("stopped");
			assertThat(stopped.at("/namespaces/public/stage/detail").asText()).isEqualTo("stopped by http: not now");
			endpoint.post(STAGE, 202);
			JsonNode done = endpoint.post("{\"stage\": \"continue\"}", 200);
			assertThat(done.at("/enabled").asBoolean()).isTrue();
			assertThat(done.at("/namespaces/public/stage/state").asText()).isEqualTo("done");
			JsonNode history = endpoint.get("/nacosfailover/history", 200).at("/history");
			assertThat(history)
				.extracting((entry) -> "%s %s %s".formatted(entry.at("/action").asText(), entry.at("/outcome").asText(),
						entry.at("/after").asText()))
				.containsExactly("stage applied null", "stage applied null", "switch applied true", "stage forced null",
						"switch forced false", "stage refused null", "stage applied null", "switch applied true");
			assertThat(
					endpoint.post("{\"enabled\": false, \"force\": true}", 200).at("/namespaces/public").has("stage"))
				.isFalse();
		}
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
