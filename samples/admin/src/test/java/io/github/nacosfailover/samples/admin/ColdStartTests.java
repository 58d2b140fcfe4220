package io.github.nacosfailover.samples.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.awaitility.Awaitility.await;

/**
 * All have started while Nacos was down: what they know is in their backups.
 */
class ColdStartTests extends AdminTestBase {

	private static final String NOBODY = "127.0.0.1:1";

	/** Answers everything with 404. */
	private static HttpServer stranger;

	@BeforeAll
	static void startAll() throws IOException {
		for (String name : new String[] { "shop-1", "shop-2" }) {
			writeBackup(Files.createDirectories(directory.resolve(name)), "orders", 7);
			startShop(NOBODY, name);
		}
		stranger = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		stranger.start();
		unreachable = 1;
		writeBackup(Files.createDirectories(directory.resolve("admin")), "shop", shops.get(0).port(),
				shops.get(1).port(), stranger.getAddress().getPort());
		admin = Endpoint.of(admin(NOBODY));
		await().atMost(SOON).until(() -> listed(admin) == 2);
		for (Endpoint shop : shops) {
			await().atMost(SOON).until(() -> state(shop).at("/serverStatus").asText().equals("DOWN"));
		}
	}

	@AfterAll
	static void stopStranger() {
		stranger.stop(0);
	}

}
