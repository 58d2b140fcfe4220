package io.github.nacosfailover.samples.springcloud;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Cloud Alibaba's own health of a server that is down.
 */
class ServerHealthTests {

	@TempDir
	Path directory;

	@Test
	void serverThatIsDownTakesNobodyOutOfServiceWhileFailoverIsOnIfThatIsMasked() {
		assertThat(health("true")).containsExactly("503 DOWN", "200 FAILOVER", "503 DOWN");
	}

	@Test
	void serverThatIsDownIsDownByDefault() {
		assertThat(health("false")).containsExactly("503 DOWN", "503 DOWN", "503 DOWN");
	}

	private List<String> health(String masked) {
		Backups backups = new Backups(this.directory);
		try (Provider provider = new Provider("backup")) {
			backups.write("orders", provider);
			try (Shop shop = new Shop("127.0.0.1:1", this.directory, List.of(),
					"--spring.cloud.nacos.discovery.register-enabled=false",
					"--spring.cloud.nacos.discovery.health-indicator.enabled=true",
					"--management.endpoint.health.show-components=always",
					"--nacos.failover.health.mask-server-down=" + masked)) {
				String before = health(shop);
				shop.on();
				String on = health(shop);
				shop.off();
				return List.of(before, on, health(shop));
			}
		}
	}

	private static String health(Shop shop) {
		HttpResponse<String> response = shop.get("/actuator/health");
		return response.statusCode() + " " + shop.json(response).at("/components/nacosDiscovery/status").asText();
	}

}
