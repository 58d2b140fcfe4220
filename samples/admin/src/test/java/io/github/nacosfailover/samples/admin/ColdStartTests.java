package io.github.nacosfailover.samples.admin;

import java.io.IOException;
import java.nio.file.Files;

import org.junit.jupiter.api.BeforeAll;

import static org.awaitility.Awaitility.await;

/**
 * All have started while Nacos was down: what they know is in their backups.
 */
class ColdStartTests extends AdminTestBase {

	private static final String NOBODY = "127.0.0.1:1";

	@BeforeAll
	static void startAll() throws IOException {
		for (String name : new String[] { "shop-1", "shop-2" }) {
			writeBackup(Files.createDirectories(directory.resolve(name)), "orders", 7);
			startShop(NOBODY, name);
		}
		writeBackup(Files.createDirectories(directory.resolve("admin")), "shop",
				shops.stream().mapToInt(Endpoint::port).toArray());
		admin = Endpoint.of(admin(NOBODY));
		await().atMost(SOON).until(() -> listed(admin) == 2);
		for (Endpoint shop : shops) {
			await().atMost(SOON).until(() -> state(shop).at("/serverStatus").asText().equals("DOWN"));
		}
	}

}
