package io.github.nacosfailover.compatibility;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Drills that depend on a health indicator. That of Spring Boot for disk space is down
 * while its path does not exist.
 */
class DrillHealthTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	@TempDir
	Path home;

	@Test
	void drillGoesOnOnlyWhileAHealthIndicatorIsUp() throws Exception {
		String service = Nacos.uniqueName("drilled");
		Path disk = Files.createDirectory(this.home.resolve("disk"));
		NamingService provider = Nacos.client(Nacos.serverAddr(), "public");
		try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				App app = App.start("--management.endpoints.web.exposure.include=nacosfailover,health",
						App.serverAddr(Nacos.serverAddr()),
						new FailoverDirectory(this.home.resolve("failover")).property(),
						"--nacos.failover.snapshot.delay=1s", "--management.health.diskspace.path=" + disk,
						"--nacos.failover.detector.drill-health=diskSpace")) {
			String address = "127.0.0.1:" + socket.getLocalPort();
			Nacos.register(provider, service, address);
			await().atMost(LONG).until(() -> Nacos.query(app.naming(), service).size() == 1);
			await().atMost(LONG).until(() -> service(app, service).at("/instances").asInt() == 1);

			assertThat(drill(app, "1h").expect(200).at("/namespaces/public/drill/outcome").asText())
				.isEqualTo("running");
			assertThat(service(app, service).at("/servedFrom").asText()).isEqualTo("failover");
			Files.delete(disk);
			await().atMost(LONG).until(() -> outcome(app).equals("aborted"));
			assertThat(app.status().at("/namespaces/public/drill/detail").asText()).contains("diskSpace is DOWN");
			assertThat(service(app, service).at("/servedFrom").asText()).isEqualTo("live");
			assertThat(Nacos.query(app.naming(), service)).containsExactly(address);

			assertThat(drill(app, "1s").expect(409).at("/refused").toString()).contains("diskSpace is DOWN");
			Files.createDirectory(disk);
			drill(app, "1s").expect(200);
			await().atMost(LONG).until(() -> outcome(app).equals("succeeded"));
		}
		finally {
			provider.shutDown();
		}
	}

	private static App.Answer drill(App app, String duration) {
		return app.post("/drill", "{\"duration\": \"" + duration + "\", \"reason\": \"test\"}");
	}

	private static String outcome(App app) {
		return app.status().at("/namespaces/public/drill/outcome").asText();
	}

	private static JsonNode service(App app, String service) {
		return app.status().at("/namespaces/public/services/DEFAULT_GROUP@@" + service);
	}

}
