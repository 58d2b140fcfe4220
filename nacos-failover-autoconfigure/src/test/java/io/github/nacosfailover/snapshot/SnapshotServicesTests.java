package io.github.nacosfailover.snapshot;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.guard.SwitchTestBase;
import io.github.nacosfailover.testsupport.Contexts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Single services of snapshots, over HTTP with a real server.
 */
class SnapshotServicesTests extends SwitchTestBase {

	private static final String SNAPSHOTS = "/nacosfailoversnapshots";

	private NamingService ordersProvider;

	@BeforeEach
	void save() throws Exception {
		restart("management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots",
				"nacos.failover.snapshot.delay=1h", "nacos.failover.snapshot.interval=1h");
		this.ordersProvider = register(this.orders, "10.0.0.1", "10.0.0.2");
		register(this.payments, "10.0.1.1");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
		await().until(() -> Contexts.addresses(this.naming, this.payments).size() == 1);
		this.endpoint.post(SNAPSHOTS, "{}", 200);
		assertThat(backedUp(this.orders)).isEqualTo(2);
	}

	private String newestId() {
		return this.endpoint.get(SNAPSHOTS, 200).at("/snapshots/0/id").asText();
	}

	private JsonNode shown(String id, String service) {
		return this.endpoint.get(SNAPSHOTS + "/" + id, 200).at("/namespaces/public/DEFAULT_GROUP@@" + service);
	}

	private void replaceOrders(String... ips) throws Exception {
		this.ordersProvider.shutDown();
		this.ordersProvider = register(this.orders, ips);
		await().until(() -> liveHealthy(this.orders) == ips.length);
	}

	@Test
	void oneServiceIsSavedWhileFailoverIsOn() throws Exception {
		this.endpoint.post("{\"enabled\": true}", 200);
		replaceOrders("10.0.0.7", "10.0.0.8", "10.0.0.9");
		this.endpoint.post(SNAPSHOTS, "{}", 409);
		this.endpoint.post(SNAPSHOTS, "{\"service\": \"" + this.orders + "\"}", 200);
		assertThat(Contexts.addresses(this.naming, this.orders)).contains("10.0.0.7:80", "10.0.0.9:80").hasSize(3);
		assertThat(Contexts.addresses(this.naming, this.payments)).containsExactly("10.0.1.1:80");
		assertThat(history("action")).contains("snapshot");
	}

	@Test
	void guardHoldsBackALossUnlessForced() throws Exception {
		this.endpoint.post("{\"enabled\": true}", 200);
		this.ordersProvider.shutDown();
		await().until(() -> liveHealthy(this.orders) == 0);
		JsonNode kept = this.endpoint.post(SNAPSHOTS, "{\"service\": \"" + this.orders + "\"}", 200);
		assertThat(kept.at("/kept/0/service").asText()).contains(this.orders);
		assertThat(backedUp(this.orders)).isEqualTo(2);
		this.endpoint.post(SNAPSHOTS, "{\"service\": \"" + this.orders + "\", \"force\": true}", 200);
		assertThat(backedUp(this.orders)).isZero();
	}

	@Test
	void someServicesAreRestoredAndTheOthersStay() throws Exception {
		String first = newestId();
		replaceOrders("10.0.0.7");
		this.endpoint.post(SNAPSHOTS, "{\"force\": true}", 200);
		assertThat(shown(first, this.orders).at("/comparison").asText()).isEqualTo("changed");
		assertThat(shown(first, this.orders).at("/instances").asInt()).isEqualTo(2);
		assertThat(shown(first, this.orders).at("/backup").asInt()).isEqualTo(1);
		assertThat(shown(first, this.payments).at("/comparison").asText()).isEqualTo("same");
		this.endpoint.post(SNAPSHOTS + "/" + first, "{\"restore\": true, \"services\": [\"" + this.orders + "\"]}",
				200);
		assertThat(backedUp(this.orders)).isEqualTo(2);
		assertThat(shown(first, this.orders).at("/comparison").asText()).isEqualTo("same");
		assertThat(history("detail").get(0)).contains(first).contains(this.orders).doesNotContain(this.payments);
	}

	@Test
	void namesThatAreNotThereChangeNothing() {
		String id = newestId();
		this.endpoint.post(SNAPSHOTS, "{\"service\": \"unknown\"}", 404);
		this.endpoint.post(SNAPSHOTS + "/" + id,
				"{\"restore\": true, \"services\": [\"" + this.orders + "\", \"unknown\"]}", 404);
		this.endpoint.post(SNAPSHOTS + "/" + id, "{\"restore\": true, \"services\": []}", 400);
		this.endpoint.post(SNAPSHOTS + "/" + id,
				"{\"restore\": true, \"mode\": \"exact\", \"services\": [\"" + this.orders + "\"]}", 400);
		this.endpoint.post(SNAPSHOTS, "{\"service\": \"" + this.orders + "\", \"copy\": \"to-disk\"}", 400);
		this.endpoint.get(SNAPSHOTS + "/unknown", 404);
		assertThat(newestId()).isEqualTo(id);
	}

}
