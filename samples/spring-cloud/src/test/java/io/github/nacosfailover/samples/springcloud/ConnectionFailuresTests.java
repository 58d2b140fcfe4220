package io.github.nacosfailover.samples.springcloud;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What failures of calls do to the instances of a backup that is served, with a real
 * Nacos server, real providers and nothing that probes.
 */
class ConnectionFailuresTests {

	private static final Duration LONG = Duration.ofMinutes(2);

	private static NacosServer server;

	@TempDir
	Path directory;

	@BeforeAll
	static void start() {
		server = NacosServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	private Shop shop(Provider... served) {
		Backups backups = new Backups(this.directory.resolve("failover"));
		backups.write("orders", served);
		Shop shop = new Shop(server.serverAddr(), backups.directory(), List.of(),
				"--nacos.failover.liveness.mode=passive");
		shop.on();
		return shop;
	}

	private static JsonNode liveness(Shop shop) {
		return shop.status("").at("/namespaces/public/services/DEFAULT_GROUP@@orders/liveness");
	}

	private static JsonNode excluded(Shop shop) {
		JsonNode excluded = liveness(shop).at("/excluded");
		assertThat(excluded.isArray()).isTrue();
		return excluded;
	}

	/** Call until the instance is left out. Returns how many calls have failed. */
	private static int callUntilExcluded(Shop shop, String way) {
		int[] failed = new int[1];
		await().atMost(LONG).until(() -> {
			failed[0] += (shop.get(way).statusCode() != 200) ? 1 : 0;
			return liveness(shop).at("/excluded").size() == 1;
		});
		return failed[0];
	}

	@ParameterizedTest
	@ValueSource(strings = { "/rest-client/orders", "/web-client/orders", "/api/" })
	void instanceThatCallsCannotConnectToIsLeftOut(String way) {
		try (Provider alive = new Provider("alive");
				Provider dying = new Provider("dying");
				Shop shop = shop(alive, dying)) {
			await().atMost(LONG).until(() -> shop.call(way).equals("dying"));
			await().atMost(LONG).until(() -> liveness(shop).isObject());
			assertThat(excluded(shop)).isEmpty();
			int port = dying.port();
			dying.close();
			assertThat(callUntilExcluded(shop, way)).isGreaterThanOrEqualTo(5);
			assertThat(excluded(shop).get(0).asText()).isEqualTo("127.0.0.1:" + port);
			assertThat(liveness(shop).at("/notProbed").asInt()).isEqualTo(2);
			// A look-up that was under way may have put the old list back.
			await().atMost(LONG).until(() -> {
				for (int i = 0; i < 4; i++) {
					if (shop.get(way).statusCode() != 200) {
						return false;
					}
				}
				return true;
			});
			for (int i = 0; i < 10; i++) {
				assertThat(shop.call(way)).isEqualTo("alive");
			}
		}
	}

	@Test
	void instanceComesBackAfterAWhile() {
		String way = Shop.WAYS.get(0);
		try (Provider alive = new Provider("alive");
				Provider dying = new Provider("dying");
				Shop shop = shop(alive, dying)) {
			await().atMost(LONG).until(() -> shop.call(way).equals("dying"));
			int port = dying.port();
			dying.close();
			callUntilExcluded(shop, way);
			try (Provider restarted = new Provider("restarted", port)) {
				await().atMost(LONG).until(() -> shop.get(way).body().equals("restarted"));
				assertThat(excluded(shop)).isEmpty();
			}
		}
	}

}
