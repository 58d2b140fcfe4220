package io.github.nacosfailover.compatibility;

import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Guards, history and health, which lines of Spring Boot have in different packages.
 */
class OperatorTests {

	@TempDir
	Path home;

	@Test
	void refusesSwitchesRecordsAndShowsHealth() {
		FailoverDirectory directory = new FailoverDirectory(this.home.resolve("failover"));
		try (App app = App.start("--management.endpoints.web.exposure.include=nacosfailover,health,info",
				"--management.endpoint.health.show-components=always",
				"--management.endpoint.health.probes.enabled=true", App.serverAddr(Nacos.serverAddr()),
				directory.property())) {
			String service = Nacos.uniqueName("trusted");
			JsonNode refused = app.post("{\"enabled\": true}").expect(409);
			assertThat(refused.path("refused")).hasSize(1);
			assertThat(refused.at("/preflight/namespaces/public/on/allowed").booleanValue()).isFalse();
			assertThat(refused.at("/preflight/at").isTextual()).isTrue();
			directory.backup(service, "10.9.0.1:80");
			await().until(() -> app.status().at("/namespaces/public/services").size() == 1);
			assertThat(status(app, "")).isEqualTo("UP");
			assertThat(status(app, "/components/nacosFailover")).isEqualTo("UP");
			app.post("/" + service, "{\"enabled\": true}").expect(200);
			assertThat(status(app, "/components/nacosFailover")).isEqualTo("FAILOVER");
			JsonNode on = app.post("{\"enabled\": true, \"duration\": \"1h\"}").expect(200);
			assertThat(on.at("/namespaces/public/exceptions/DEFAULT_GROUP@@" + service).booleanValue()).isTrue();
			assertThat(status(app, "")).isEqualTo("FAILOVER");
			assertThat(app.actuator("/health/readiness").expect(200).path("status").textValue()).isEqualTo("UP");
			assertThat(app.actuator("/info").expect(200).at("/nacosFailover/namespaces/public/enabled").booleanValue())
				.isTrue();
			JsonNode history = app.get("/history").expect(200).path("history");
			assertThat(history).hasSize(3);
			assertThat(history.at("/0/outcome").textValue()).isEqualTo("applied");
			assertThat(history.at("/0/origin").textValue()).isEqualTo("http");
			assertThat(history.at("/0/until").isTextual()).isTrue();
			assertThat(history.at("/1/service").textValue()).isEqualTo("DEFAULT_GROUP@@" + service);
			assertThat(history.at("/2/outcome").textValue()).isEqualTo("refused");
			assertThat(app.get("/preflight?probe=true").expect(200).at("/namespaces/public/off/allowed").isBoolean())
				.isTrue();
		}
	}

	private static String status(App app, String component) {
		return app.actuator("/health").expect(200).at(component + "/status").textValue();
	}

}
