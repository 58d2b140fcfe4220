package io.github.nacosfailover.guard;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Plans over HTTP with a real server, and what becomes of them when the world changes.
 */
class PlannedSwitchTests extends SwitchTestBase {

	private String key;

	private void start(int live, String... saved) throws Exception {
		this.key = "DEFAULT_GROUP@@" + this.orders;
		String[] ips = new String[live];
		for (int i = 0; i < live; i++) {
			ips[i] = "10.0.0." + (i + 1);
		}
		register(this.orders, ips);
		this.files.service(this.orders, saved);
		restart("nacos.failover.snapshot.enabled=false");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == live);
		await().until(() -> backedUp(this.orders) == saved.length && liveHealthy(this.orders) == live);
	}

	private JsonNode plan(String change) {
		return preflight("").at("/" + change + "/plan");
	}

	private String id(String change) {
		return plan(change).at("/id").asText();
	}

	private static String planned(boolean enabled, String plan) {
		return "{\"enabled\": %s, \"plan\": \"%s\"}".formatted(enabled, plan);
	}

	private boolean isOn() {
		return this.endpoint.status().at("/enabled").asBoolean();
	}

	@Test
	void planSaysWhatChangesForWhomAndIsCarriedOutWhileItIsCurrent() throws Exception {
		start(3, "10.0.0.1:80", "10.0.0.2:80");
		register(this.payments, "10.0.0.9");
		await().until(() -> Contexts.addresses(this.naming, this.payments).size() == 1);
		JsonNode on = plan("on");
		assertThat(texts(on.at("/services"))).containsExactly(this.key);
		assertThat(texts(on.at("/missing"))).containsExactly("DEFAULT_GROUP@@" + this.payments);
		assertThat(on.at("/losing")).hasSize(1);
		assertThat(on.at("/losing/0/service").asText()).isEqualTo(this.key);
		assertThat(on.at("/losing/0/before").asInt()).isEqualTo(3);
		assertThat(on.at("/losing/0/after").asInt()).isEqualTo(2);
		assertThat(on.has("unreachable")).isFalse();
		assertThat(Duration.parse(on.at("/oldestBackup").asText())).isPositive();
		assertThat(plan("off").at("/services")).isEmpty();
		assertThat(id("on")).isEqualTo(on.at("/id").asText()).isNotEqualTo(id("off"));
		this.endpoint.post(planned(true, on.at("/id").asText()), 200);
		assertThat(isOn()).isTrue();
		JsonNode off = plan("off");
		assertThat(texts(off.at("/services"))).containsExactly(this.key);
		assertThat(off.at("/losing")).isEmpty();
		assertThat(off.at("/missing")).isEmpty();
		assertThat(off.at("/id").asText()).isNotEqualTo(on.at("/id").asText());
		this.endpoint.post(planned(false, off.at("/id").asText()), 200);
		assertThat(isOn()).isFalse();
	}

	@Test
	void deadInstancesAreInThePlanAndDoNotChangeItsId() throws Exception {
		try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			start(1, "127.0.0.1:1", "127.0.0.1:" + listening.getLocalPort());
			JsonNode on = preflight("?probe=true").at("/on/plan");
			assertThat(texts(on.at("/unreachable/" + this.key))).containsExactly("127.0.0.1:1");
			assertThat(on.at("/id").asText()).isEqualTo(id("on"));
		}
	}

	@Test
	void planIsStaleWhenABackupHasAnotherContent() throws Exception {
		start(2, "10.0.0.1:80", "10.0.0.2:80");
		String id = id("on");
		this.files.service(this.orders, "10.0.0.1:80", "10.0.0.3:80");
		await().until(() -> texts(preflight("").at("/services/" + this.key + "/removed")).contains("10.0.0.3:80"));
		isRefused(true, id, "on");
		String one = id("on");
		this.files.service(this.payments, "10.0.0.1:80");
		await().until(() -> !id("on").equals(one));
		isRefused(true, one, "on");
		this.endpoint.post(planned(true, id("on")), 200);
	}

	private void isRefused(boolean enabled, String id, String change) {
		boolean before = isOn();
		for (String force : new String[] { "", ", \"force\": true" }) {
			JsonNode refused = this.endpoint.post("{\"enabled\": %s, \"plan\": \"%s\"%s}".formatted(enabled, id, force),
					409);
			assertThat(refused.at("/refused/0").asText()).contains("plan '" + id + "' is not current");
			assertThat(refused.at("/plan/id").asText()).isEqualTo(id(change)).isNotEqualTo(id);
			assertThat(refused.at("/preflight/namespaces/public/" + change + "/plan/id").asText())
				.isEqualTo(id(change));
			assertThat(isOn()).isEqualTo(before);
		}
		assertThat(history("outcome")).startsWith("refused");
	}

	@Test
	void planIsStaleWhenTheLiveInstancesOrTheSwitchAreOthers() throws Exception {
		start(2, "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
		this.endpoint.post("{\"enabled\": true}", 200);
		String id = id("off");
		NamingService third = register(this.orders, "10.0.0.3");
		await().until(() -> liveHealthy(this.orders) == 3);
		isRefused(false, id, "off");
		String whole = id("off");
		this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": true}", 200);
		isRefused(false, whole, "off");
		this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": null}", 200);
		assertThat(id("off")).isEqualTo(whole);
		this.endpoint.post("{\"enabled\": true, \"reason\": \"another\"}", 200);
		isRefused(false, whole, "off");
		String another = id("off");
		this.files.off();
		await().until(() -> !isOn());
		isRefused(false, another, "off");
		third.shutDown();
	}

	@Test
	void whatIsForcedByACurrentPlanIsCarriedOut() throws Exception {
		start(1, "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
		this.endpoint.post("{\"enabled\": true}", 200);
		JsonNode off = plan("off");
		assertThat(off.at("/losing/0/before").asInt()).isEqualTo(3);
		assertThat(off.at("/losing/0/after").asInt()).isEqualTo(1);
		String id = off.at("/id").asText();
		JsonNode refused = this.endpoint.post(planned(false, id), 409);
		assertThat(refused.at("/refused/0").asText()).contains("1 of 3");
		assertThat(refused.has("plan")).isFalse();
		this.endpoint.post("{\"enabled\": false, \"force\": true, \"plan\": \"%s\"}".formatted(id), 200);
		assertThat(history("outcome")).containsExactly("forced", "refused", "applied");
	}

	@Test
	void planIsForOneNamespaceAndForItsSwitch() throws Exception {
		start(1, "10.0.0.1:80");
		String id = id("on");
		this.endpoint.post("{\"enabled\": true, \"plan\": 1}", 400);
		this.endpoint.post("{\"enabled\": true, \"plan\": \"%s\", \"service\": \"orders\"}".formatted(id), 400);
		this.endpoint.post("/nacosfailover/" + this.orders, planned(true, id), 400);
		isRefused(false, id, "off");
		NamingService other = this.context.getBean(NacosFailover.class).decorate(SharedNacos.client("other"));
		this.providers.add(other);
		JsonNode refused = this.endpoint.post(planned(true, id), 400);
		assertThat(refused.at("/message").asText()).contains("'namespace'").contains("public").contains("other");
		assertThat(isOn()).isFalse();
		this.endpoint.post("{\"enabled\": true, \"plan\": \"%s\", \"namespace\": \"public\"}".formatted(id), 200);
		assertThat(this.endpoint.status().at("/namespaces/public/enabled").asBoolean()).isTrue();
		assertThat(this.files.directory().resolve(FailoverFiles.SWITCH)).hasContent("1");
	}

}
