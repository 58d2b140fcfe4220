package io.github.nacosfailover.actuate.endpoint;

import java.nio.file.Path;
import java.util.UUID;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What operators have done to backups, over HTTP and with a real server.
 */
class BackupHistoryTests {

	@TempDir
	Path home;

	@Test
	void restoresAndSnapshotsByForceAreInTheHistory() throws Exception {
		String service = "restored-" + UUID.randomUUID();
		FailoverFiles files = new FailoverFiles(this.home.resolve("failover"));
		NamingService provider = SharedNacos.client();
		provider.registerInstance(service, "10.0.0.1", 80);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Contexts.Application.class)
			.web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots",
					"nacos.failover.snapshot.delay=1h", "nacos.failover.disk.path=" + files.directory(),
					"nacos.failover.client.server-addr=" + SharedNacos.server().serverAddr())
			.run()) {
			EndpointClient endpoint = new EndpointClient(context);
			NamingService naming = context.getBean(NamingService.class);
			await().until(() -> naming.getAllInstances(service).size() == 1);
			endpoint.post("/nacosfailoversnapshots", "{}", 200);
			String id = endpoint.post("/nacosfailoversnapshots", "{\"force\": true}", 200).path("id").asText();
			assertThat(endpoint.get("/nacosfailover/history", 200).at("/history")).hasSize(1);
			endpoint.post("/nacosfailoversnapshots/" + id, "{\"restore\": true, \"mode\": \"exact\"}", 200);
			JsonNode history = endpoint.get("/nacosfailover/history", 200).at("/history");
			assertThat(history).hasSize(2);
			assertThat(history.at("/0/action").asText()).isEqualTo("restore");
			assertThat(history.at("/0/detail").asText()).contains(id).contains("exactly");
			assertThat(history.at("/0/by").asText()).isEqualTo("http");
			assertThat(history.at("/0/origin").asText()).isEqualTo("http");
			assertThat(history.at("/0/at").isTextual()).isTrue();
			assertThat(history.at("/1/action").asText()).isEqualTo("snapshot");
			assertThat(history.at("/1/origin").asText()).isEqualTo("http");
			context.getBean(NacosFailoverSnapshotsEndpoint.class).take(null, "true", null, null);
			JsonNode overJmx = endpoint.get("/nacosfailover/history", 200).at("/history/0");
			assertThat(overJmx.path("origin").asText()).isEqualTo("jmx");
			assertThat(overJmx.path("by").asText()).isEqualTo("jmx");
			endpoint.post("{\"enabled\": true}", 200);
			JsonNode refused = endpoint.post("/nacosfailoversnapshots", "{}", 409);
			assertThat(refused.at("/refused/0").asText()).startsWith("namespace 'public': failover is on")
				.doesNotContain("%");
			JsonNode status = endpoint.status().at("/namespaces/public/services/DEFAULT_GROUP@@" + service);
			assertThat(status.path("servedFrom").asText()).isEqualTo("failover");
			assertThat(status.path("lastServedFrom").asText()).isEqualTo("live");
			assertThat(endpoint.get("/nacosfailover/history", 200).at("/history/0/action").asText())
				.isEqualTo("switch");
		}
		finally {
			provider.shutDown();
		}
	}

}
