package io.github.nacosfailover.detector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.actuate.health.FailoverHealth;
import io.github.nacosfailover.actuate.metrics.DetectorMetrics;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.guard.SwitchTestBase;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The detector, liveness and drills with a real server and real sockets.
 */
class FailoverDetectorTests extends SwitchTestBase {

	private static final String[] ACT = { "nacos.failover.detector.mode=act",
			"nacos.failover.detector.require-drill=false", "nacos.failover.detector.warm-up=0s",
			"nacos.failover.detector.confirm-loss=2s", "nacos.failover.snapshot.delay=1s",
			"nacos.failover.liveness.interval=1s" };

	private final List<ServerSocket> sockets = new ArrayList<>();

	@BeforeEach
	void listen() throws IOException {
		for (int i = 0; i < 6; i++) {
			this.sockets.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
		}
		restart(ACT);
	}

	@AfterEach
	void close() throws IOException {
		for (ServerSocket socket : this.sockets) {
			socket.close();
		}
	}

	private NamingService registerSockets(int from, int to) throws Exception {
		NamingService provider = SharedNacos.client();
		this.providers.add(provider);
		List<Instance> instances = new ArrayList<>();
		for (ServerSocket socket : this.sockets.subList(from, to)) {
			Instance instance = new Instance();
			instance.setIp("127.0.0.1");
			instance.setPort(socket.getLocalPort());
			instances.add(instance);
		}
		provider.batchRegisterInstance(this.orders, "DEFAULT_GROUP", instances);
		return provider;
	}

	private JsonNode service() {
		return this.endpoint.status().at("/namespaces/public/services/DEFAULT_GROUP@@" + this.orders);
	}

	private String state() {
		return service().at("/detector/state").asText();
	}

	private NamingService registerAll() throws Exception {
		registerSockets(0, 2);
		NamingService lost = registerSockets(2, 6);
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 6);
		await().until(() -> backedUp(this.orders) == 6);
		return lost;
	}

	@Test
	void instancesThatTheServerHasLostAreServedUntilItListsThemAgain() throws Exception {
		NamingService lost = registerAll();
		assertThat(state()).isEqualTo("NORMAL");
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
		assertThat(service().at("/servedFrom").asText()).isEqualTo("hold");
		assertThat(service().at("/detector/evidence/live").asInt()).isEqualTo(2);
		assertThat(service().at("/detector/evidence/answering").asInt()).isEqualTo(4);
		assertThat(service().at("/detector/holdUntil").asText()).isNotEmpty();
		assertThat(history("origin")).contains("detector");
		assertThat(backedUp(this.orders)).isEqualTo(6);
		registerSockets(2, 6);
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("RECOVERING"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
	}

	@Test
	void processesThatHaveReallyEndedAreNotServed() throws Exception {
		NamingService lost = registerAll();
		for (ServerSocket socket : this.sockets.subList(2, 6)) {
			socket.close();
		}
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
		await().atMost(Duration.ofSeconds(60))
			.until(() -> state().equals("SUSPECT") && service().at("/detector/evidence/answering").asInt() == 0);
		assertThat(service().at("/servedFrom").asText()).isEqualTo("live");
		assertThat(history("origin")).doesNotContain("detector");
	}

	@Test
	void operatorsWordEndsAHoldAtOnce() throws Exception {
		NamingService lost = registerAll();
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": false}", 200);
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(2);
		assertThat(service().at("/servedFrom").asText()).isEqualTo("live");
	}

	@Test
	void serverThatIsRestartedTakesNothingAway() throws Exception {
		NamingService gone = registerAll();
		this.server.kill();
		await().until(() -> this.endpoint.status().at("/namespaces/public/serverStatus").asText().equals("DOWN"));
		await().until(() -> state().equals("SUSPECT"));
		await().until(() -> service().at("/servedFrom").asText().equals("hold"));
		gone.shutDown();
		this.server.restart();
		await().atMost(Duration.ofSeconds(90)).until(() -> {
			assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
			return state().equals("HELD");
		});
		registerSockets(2, 6);
		await().atMost(Duration.ofSeconds(60)).until(() -> {
			assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
			return state().equals("RECOVERING");
		});
	}

	@Test
	void serviceThatWasHeldWhenTheProcessEndedIsInDoubtAndIsHeldAgain() throws Exception {
		NamingService lost = registerAll();
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		await().untilAsserted(() -> assertThat(stored()).matches("\\d+;;;0"));
		String before = stored();
		restart(ACT);
		Contexts.addresses(this.naming, this.orders);
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
		assertThat(stored()).isEqualTo(before);
	}

	@Test
	void lockOutlivesARestartAndAcknowledgingItDoesToo() throws Exception {
		NamingService lost = registerAll();
		long now = System.currentTimeMillis();
		holds().change((stored) -> Map.of(ServiceKey.of("DEFAULT_GROUP", this.orders),
				"%d,%d,%d;%d;locked;0".formatted(now - 9000, now - 6000, now - 3000, now - 2000)));
		restart(ACT);
		Contexts.addresses(this.naming, this.orders);
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("LOCKED"));
		assertThat(service().at("/detector/lockedBy").asText()).contains("acknowledge");
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
		assertThat(state()).isEqualTo("LOCKED");
		this.endpoint.post("/nacosfailover/detector", "{\"acknowledge\": \"" + this.orders + "\"}", 200);
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		restart(ACT);
		Contexts.addresses(this.naming, this.orders);
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
	}

	@Test
	void holdThatCannotBeStoredIsAProblemAndIsServedAllTheSame() throws Exception {
		NamingService lost = registerAll();
		Path own = this.files.directory().resolve(".nacos-failover");
		Path aside = this.files.directory().resolveSibling("aside");
		Files.move(own, aside);
		Files.writeString(own, "in the way");
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(this.endpoint.status().at("/namespaces/public/problems").toString())
				.contains("keeping of holds"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
		Files.delete(own);
		Files.move(aside, own);
		await().atMost(Duration.ofSeconds(60)).until(() -> stored() != null);
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(this.endpoint.status().at("/namespaces/public/problems").toString())
				.doesNotContain("keeping of holds"));
	}

	private GuardState holds() {
		return this.context.getBean(FailoverEngine.class).namespaces().iterator().next().store().archive().holds();
	}

	private String stored() {
		return holds().read().get(ServiceKey.of("DEFAULT_GROUP", this.orders));
	}

	@Test
	void observingHasNoEffect() throws Exception {
		this.endpoint.post("/nacosfailover/detector", "{\"mode\": \"observe\", \"reason\": \"test\"}", 200);
		NamingService lost = registerAll();
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(2);
		assertThat(service().at("/servedFrom").asText()).isEqualTo("live");
		JsonNode report = this.endpoint.get("/nacosfailover/detector", 200);
		assertThat(report.at("/mode").asText()).isEqualTo("observe");
		assertThat(report.at("/namespaces/public/services").has("DEFAULT_GROUP@@" + this.orders)).isTrue();
		assertThat(history("action")).contains("detector").doesNotContain("hold");
	}

	@Test
	void deadInstancesOfAServedBackupAreLeftOut() throws Exception {
		registerAll();
		this.endpoint.post("{\"enabled\": true}", 200);
		for (ServerSocket socket : this.sockets.subList(2, 5)) {
			socket.close();
		}
		await().atMost(Duration.ofSeconds(60)).until(() -> {
			this.naming.getAllInstances(this.orders);
			return service().at("/liveness/refused").asInt() == 3;
		});
		await().until(() -> this.naming.selectInstances(this.orders, true).size() == 3);
		assertThat(this.naming.selectInstances(this.orders, false)).hasSize(3);
		assertThat(this.naming.getAllInstances(this.orders)).hasSize(6);
		assertThat(service().at("/liveness/excluded")).hasSize(3);
		ServerSocket again = new ServerSocket();
		again.setReuseAddress(true);
		again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.sockets.get(2).getLocalPort()));
		this.sockets.add(again);
		await().atMost(Duration.ofSeconds(60)).until(() -> this.naming.selectInstances(this.orders, true).size() == 4);
		this.endpoint.post("{\"enabled\": false}", 200);
		await().until(() -> service().at("/liveness").isMissingNode());
	}

	@Test
	void instancesOfABackupThatReplacesTheServedOneAreProbed() throws Exception {
		registerAll();
		this.endpoint.post("{\"enabled\": true}", 200);
		this.naming.getAllInstances(this.orders);
		await().atMost(Duration.ofSeconds(60)).until(() -> service().at("/liveness/answers").asInt() == 6);
		this.sockets.get(3).close();
		String[] others = this.sockets.subList(2, 4)
			.stream()
			.map((socket) -> "127.0.0.1:" + socket.getLocalPort())
			.toArray(String[]::new);
		Files.writeString(this.files.directory().resolve("DEFAULT_GROUP%40%40" + this.orders),
				FailoverFiles.json(this.orders, others));
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(
					() -> assertThat(service().at("/liveness").toString()).contains("\"answers\":1", "\"refused\":1"));
	}

	@Test
	void instanceThatCallsFailAtIsLeftOutForAWhile() throws Exception {
		restart("nacos.failover.liveness.mode=passive", "nacos.failover.snapshot.delay=1s");
		registerAll();
		this.endpoint.post("{\"enabled\": true}", 200);
		Instance failing = this.naming.getAllInstances(this.orders).get(0);
		NacosFailover failover = this.context.getBean(NacosFailover.class);
		await().until(() -> !service().at("/liveness").isMissingNode());
		for (int i = 0; i < 5; i++) {
			failover.reportFailure(this.orders, failing);
		}
		await().until(() -> service().at("/liveness/excluded/0").asText().equals(failing.toInetAddr()));
		await().until(() -> this.naming.selectInstances(this.orders, true).size() == 5);
		assertThat(service().at("/liveness/notProbed").asInt()).isEqualTo(6);
	}

	@Test
	void drillServesBackupsForAWhileAndGoesBack() throws Exception {
		registerAll();
		assertThat(this.endpoint.get("/nacosfailover/detector", 200).at("/namespaces/public/drill").isNull()).isTrue();
		JsonNode drill = this.endpoint.post("/nacosfailover/drill",
				"{\"service\": \"" + this.orders + "\", \"duration\": \"2s\", \"reason\": \"monthly\"}", 200);
		assertThat(drill.at("/namespaces/public/drill/outcome").asText()).isEqualTo("running");
		Contexts.addresses(this.naming, this.orders);
		assertThat(service().at("/lastServedFrom").asText()).isEqualTo("failover");
		assertThat(this.endpoint.status().at("/enabled").asBoolean()).isFalse();
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"2s\"}", 409);
		await().until(() -> this.endpoint.status().at("/namespaces/public/drill/outcome").asText().equals("succeeded"));
		Contexts.addresses(this.naming, this.orders);
		assertThat(service().at("/lastServedFrom").asText()).isEqualTo("live");
		assertThat(history("action")).startsWith("drill", "drill");
	}

	@Test
	void drillIsAbortedWhenTheServerGoesDownAndWhenAnOperatorSwitches() throws Exception {
		registerAll();
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1h\"}", 200);
		this.endpoint.post("{\"enabled\": true}", 200);
		await().until(() -> this.endpoint.status().at("/namespaces/public/drill/detail").asText().contains("switch"));
		assertThat(this.endpoint.status().at("/namespaces/public/drill/outcome").asText()).isEqualTo("aborted");
		assertThat(this.endpoint.status().at("/enabled").asBoolean()).isTrue();
		this.endpoint.post("{\"enabled\": false}", 200);
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1h\"}", 200);
		this.server.kill();
		await().until(() -> this.endpoint.status().at("/namespaces/public/drill/detail").asText().contains("server"));
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1h\"}", 409);
	}

	@Test
	void drillThatTheProcessDidNotFinishWasInterrupted() throws Exception {
		registerAll();
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1h\"}", 200);
		restart();
		await().until(() -> history("detail").stream().anyMatch((detail) -> detail.contains("interrupted")));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(6);
		assertThat(service().at("/servedFrom").asText()).isEqualTo("live");
	}

	@Test
	void metersTellWhatIsHeldAndWhenBackupsWereLastProven() throws Exception {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.context.getBean(DetectorMetrics.class).bindTo(registry);
		NamingService lost = registerAll();
		assertThat(registry.get("nacos.failover.drill.age").gauge().value()).isNaN();
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1s\"}", 200);
		await().until(() -> this.endpoint.status().at("/namespaces/public/drill/outcome").asText().equals("succeeded"));
		await().until(() -> registry.get("nacos.failover.drill.age").gauge().value() >= 0);
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60))
			.until(() -> registry.get("nacos.failover.detector.services").tag("state", "HELD").gauge().value() == 1);
		assertThat(this.context.getBean(FailoverHealth.class).isOn()).isFalse();
		this.endpoint.post("/nacosfailover/detector", "{\"acknowledge\": \"" + this.orders + "\"}", 200);
		await().until(() -> registry.get("nacos.failover.detector.holds")
			.tag("outcome", "operator")
			.functionCounter()
			.count() == 1);
	}

	@Test
	void actWorksAsSuggestUntilADrillHasSucceeded() throws Exception {
		restart("nacos.failover.detector.mode=act", "nacos.failover.detector.warm-up=0s",
				"nacos.failover.detector.confirm-loss=2s", "nacos.failover.snapshot.delay=1s");
		NamingService lost = registerAll();
		assertThat(this.endpoint.get("/nacosfailover/detector", 200).at("/effective").asText()).isEqualTo("suggest");
		lost.shutDown();
		await().atMost(Duration.ofSeconds(60)).until(() -> state().equals("HELD"));
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(2);
		assertThat(service().at("/detector/suggestion").asText()).contains("answer");
		registerSockets(2, 6);
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 6);
		this.endpoint.post("/nacosfailover/detector", "{\"acknowledge\": \"" + this.orders + "\"}", 200);
		await().until(() -> state().equals("NORMAL"));
		this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"1s\"}", 200);
		await().until(() -> this.endpoint.get("/nacosfailover/detector", 200).at("/effective").asText().equals("act"));
	}

	@Test
	void bodiesAreCheckedByTheNameInThePath() {
		assertThat(this.endpoint.post("/nacosfailover/drill", "{\"enabled\": true}", 400).at("/message").asText())
			.contains("'enabled' is not known");
		assertThat(this.endpoint.post("/nacosfailover/drill", "{\"reason\": \"r\"}", 400).at("/message").asText())
			.contains("'duration' is missing");
		assertThat(this.endpoint.post("/nacosfailover/drill", "{\"duration\": \"-1s\"}", 400).at("/message").asText())
			.contains("duration");
		assertThat(this.endpoint.post("/nacosfailover/detector", "{\"mode\": \"on\"}", 400).at("/message").asText())
			.contains("[off, observe, suggest, act]");
		assertThat(
				this.endpoint.post("/nacosfailover/" + this.orders, "{\"mode\": \"act\"}", 400).at("/message").asText())
			.contains("'mode' is not known");
		assertThat(this.endpoint.post("/nacosfailover/detector", "{\"acknowledge\": \"unknown\"}", 404)
			.at("/message")
			.asText()).contains("unknown");
	}

}
