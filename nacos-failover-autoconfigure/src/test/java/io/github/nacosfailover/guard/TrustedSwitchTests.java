package io.github.nacosfailover.guard;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Switching over HTTP with a real server that is killed, restarted, emptied and filled.
 */
class TrustedSwitchTests extends SwitchTestBase {

	@Test
	void nothingIsSwitchedOnIfThereIsNothingToServeUnlessForced() throws Exception {
		NamingService provider = register(this.orders, "10.0.0.1");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 1);
		provider.shutDown();
		JsonNode refused = this.endpoint.post("{\"enabled\": true}", 409);
		assertThat(refused.at("/refused")).hasSize(1);
		assertThat(refused.at("/refused/0").asText()).contains("public").contains("nothing to serve");
		assertThat(refused.at("/preflight/namespaces/public/missing/0").asText()).contains(this.orders);
		assertThat(this.endpoint.status().at("/enabled").asBoolean()).isFalse();
		JsonNode forced = this.endpoint.post("{\"enabled\": true, \"force\": true}", 200);
		assertThat(forced.at("/enabled").asBoolean()).isTrue();
		assertThat(forced.at("/namespaces/public/switch/findings/0").asText()).contains("nothing to serve");
		List<String> outcomes = history("outcome");
		assertThat(outcomes).containsExactly("forced", "refused");
	}

	@Test
	void offIsRefusedUntilTheServerIsBackAndCompleteAgain() throws Exception {
		NamingService provider = register(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
		this.files.service(this.orders, "10.9.9.1:80", "10.9.9.2:80", "10.9.9.3:80", "10.9.9.4:80");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 4);
		await().until(() -> backedUp(this.orders) == 4);
		this.endpoint.post("{\"enabled\": true, \"reason\": \"upgrade\\nof nacos\"}", 200);
		provider.shutDown();
		this.server.kill();
		await().until(() -> this.endpoint.status().at("/namespaces/public/serverStatus").asText().equals("DOWN"));
		JsonNode down = this.endpoint.post("{\"enabled\": false}", 409);
		assertThat(down.at("/refused/0").asText()).contains("server is down");
		this.server.restart();
		await().until(() -> this.endpoint.status().at("/namespaces/public/serverStatus").asText().equals("UP"));
		await().until(() -> texts(preflight("").at("/off/refused")).toString().contains("50 %"));
		JsonNode empty = this.endpoint.post("{\"enabled\": false}", 409);
		assertThat(empty.at("/refused/0").asText()).contains("50 %").contains(this.orders + " 0 of 4");
		register(this.orders, "10.0.0.1");
		await().until(() -> liveHealthy(this.orders) == 1);
		assertThat(this.endpoint.post("{\"enabled\": false}", 409).at("/refused/0").asText())
			.contains(this.orders + " 1 of 4");
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(4);
		register(this.orders, "10.0.0.2");
		await().until(() -> liveHealthy(this.orders) == 2);
		assertThat(this.endpoint.get("/nacosfailover/preflight", 200).at("/namespaces/public/off/allowed").asBoolean())
			.isTrue();
		assertThat(this.endpoint.post("{\"enabled\": false}", 200).at("/enabled").asBoolean()).isFalse();
		assertThat(history("outcome")).containsExactly("applied", "refused", "refused", "refused", "applied");
		assertThat(history("reason")).contains("upgrade\nof nacos");
	}

	@Test
	void preflightTellsThatTheSwitchCannotBeWritten() throws Exception {
		this.context.close();
		this.files = new FailoverFiles(this.home.resolve("unwritable")).service(this.orders, "10.9.9.1:80");
		Path link = Files.createSymbolicLink(this.files.directory().resolve(".nacos-failover"), this.home);
		run();
		for (String change : List.of("/on", "/off")) {
			JsonNode verdict = preflight("").at(change);
			assertThat(verdict.at("/allowed").asBoolean()).isFalse();
			assertThat(texts(verdict.at("/refused"))).singleElement()
				.asString()
				.startsWith("the switch cannot be written: ")
				.contains(link + " is a symbolic link");
		}
		Files.delete(link);
		// Known from the next look at the directory on.
		await().until(() -> preflight("").at("/on/allowed").asBoolean());
		assertThat(preflight("").at("/off/allowed").asBoolean()).isTrue();
	}

	@Test
	void preflightComparesAndProbesTheServicesInUse() throws Exception {
		try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			String open = "127.0.0.1:" + listening.getLocalPort();
			register(this.orders, "10.0.0.1", "10.0.0.2");
			this.files.service(this.orders, "10.0.0.2:80", open, "127.0.0.1:1", "some.name.invalid:80");
			this.files.service("unused-" + this.orders, "10.0.0.2:80");
			await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
			register(this.payments, "10.0.0.3");
			await().until(() -> Contexts.addresses(this.naming, this.payments).size() == 1);
			// A name that no source has ever known.
			assertThat(this.naming.getAllInstances("admin-" + this.payments)).isEmpty();
			await().until(() -> preflight("").at("/services/DEFAULT_GROUP@@" + this.orders + "/backup").asInt() == 4);
			JsonNode report = preflight("?probe=true&namespace=public");
			assertThat(report.at("/inUse").asInt()).isEqualTo(2);
			assertThat(report.at("/withBackup").asInt()).isEqualTo(1);
			assertThat(texts(report.at("/missing"))).containsExactly("DEFAULT_GROUP@@" + this.payments);
			assertThat(report.at("/on/allowed").asBoolean()).isTrue();
			assertThat(report.at("/on/warnings/0").asText()).contains("1 of 2").contains(this.payments);
			JsonNode service = report.at("/services/DEFAULT_GROUP@@" + this.orders);
			assertThat(texts(service.at("/added"))).containsExactly("10.0.0.1:80");
			assertThat(texts(service.at("/changed"))).containsExactly("10.0.0.2:80");
			assertThat(texts(service.at("/removed"))).containsExactlyInAnyOrder(open, "127.0.0.1:1",
					"some.name.invalid:80");
			assertThat(Duration.parse(service.at("/age").asText())).isPositive();
			assertThat(service.at("/probe/reachable").asInt()).isPositive();
			assertThat(texts(service.at("/probe/unreachable"))).contains("127.0.0.1:1").doesNotContain(open);
			assertThat(texts(service.at("/probe/notProbed"))).containsExactly("some.name.invalid:80");
			this.endpoint.get("/nacosfailover/preflight?namespace=nowhere", 400);
			this.endpoint.get("/nacosfailover/preflight?probe=perhaps", 400);
		}
	}

	@Test
	void aServiceThatIsReallyCalledPreflightIsReachable() {
		this.files.service("preflight", "10.9.9.1:80").service("history", "10.9.9.1:80");
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 2);
		assertThat(this.endpoint.get("/nacosfailover/DEFAULT_GROUP@@preflight", 200).at("/backup")).hasSize(1);
		assertThat(this.endpoint.get("/nacosfailover/DEFAULT_GROUP@@history", 200).at("/backup")).hasSize(1);
		assertThat(this.endpoint.get("/nacosfailover/preflight", 200).has("namespaces")).isTrue();
	}

	@Test
	void missingBackupsRefuseTheSwitchIfThatIsWanted() throws Exception {
		this.files.service(this.orders, "10.9.9.1:80");
		register(this.payments, "10.0.0.1");
		restart("nacos.failover.guard.min-coverage=60%", "nacos.failover.snapshot.enabled=false");
		this.naming.getAllInstances(this.orders);
		await().until(() -> Contexts.addresses(this.naming, this.payments).size() == 1);
		for (int i = 0; i < 10; i++) {
			this.naming.getAllInstances("outsider-%d-%s".formatted(i, this.payments));
		}
		JsonNode refused = this.endpoint.post("{\"enabled\": true}", 409);
		assertThat(refused.at("/refused/0").asText()).contains("1 of 2").contains("60 %");
		this.files.service(this.payments, "10.9.9.1:80");
		await().until(() -> preflight("").at("/withBackup").asInt() == 2);
		this.endpoint.post("{\"enabled\": true}", 200);
	}

	@Test
	void oneServiceIsSwitchedByItselfAndStaysSoOverARestart() throws Exception {
		register(this.orders, "10.0.0.1");
		register(this.payments, "10.0.0.2");
		this.files.service(this.orders, "10.9.9.1:80").service(this.payments, "10.9.9.2:80").off();
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 2);
		await().until(() -> Contexts.addresses(this.naming, this.payments).equals(List.of("10.0.0.2:80")));
		JsonNode on = this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": true}", 200);
		assertThat(on.at("/enabled").asBoolean()).isFalse();
		assertThat(on.at("/namespaces/public/exceptions/DEFAULT_GROUP@@" + this.orders).asBoolean()).isTrue();
		assertThat(Contexts.addresses(this.naming, this.orders)).containsExactly("10.9.9.1:80");
		assertThat(Contexts.addresses(this.naming, this.payments)).containsExactly("10.0.0.2:80");
		restart();
		assertThat(Contexts.addresses(this.naming, this.orders)).containsExactly("10.9.9.1:80");
		assertThat(this.files.directory().resolve(FailoverFiles.SWITCH)).hasContent("0");
		// By hand, as a stock client would see it: the exception stays.
		this.files.on();
		await().until(() -> Contexts.addresses(this.naming, this.payments).equals(List.of("10.9.9.2:80")));
		this.endpoint.post("/nacosfailover/DEFAULT_GROUP@@" + this.orders, "{\"enabled\": false}", 200);
		await().until(() -> Contexts.addresses(this.naming, this.orders).equals(List.of("10.0.0.1:80")));
		assertThat(Contexts.addresses(this.naming, this.payments)).containsExactly("10.9.9.2:80");
		JsonNode follows = this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": null}", 200);
		assertThat(follows.at("/namespaces/public/exceptions")).isEmpty();
		assertThat(Contexts.addresses(this.naming, this.orders)).containsExactly("10.9.9.1:80");
		assertThat(history("service")).containsExactly("DEFAULT_GROUP@@" + this.orders, "DEFAULT_GROUP@@" + this.orders,
				"null", "DEFAULT_GROUP@@" + this.orders);
		assertThat(history("by")).containsExactly("http", "http", "file", "http");
	}

	@Test
	void requestsForOneServiceAreChecked() {
		this.files.service(this.orders, "10.9.9.1:80");
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 1);
		String path = "/nacosfailover/" + this.orders;
		this.endpoint.post("/nacosfailover/nobody-knows-me", "{\"enabled\": true}", 404);
		this.endpoint.post(path, "{}", 400);
		this.endpoint.post(path, "{\"enabled\": \"true\"}", 400);
		this.endpoint.post(path, "{\"enabled\": true, \"duration\": \"5m\"}", 400);
		this.endpoint.post(path, "{\"enabled\": true, \"namespace\": \"nowhere\"}", 400);
		this.endpoint.post(path, "{\"enabled\": true, \"reason\": \"" + "x".repeat(70_000) + "\"}", 400);
		assertThat(this.endpoint.status().at("/namespaces/public/exceptions")).isEmpty();
	}

	@Test
	void patternsLimitTheSwitchAndAnExceptionGoesBeyondThem() throws Exception {
		register(this.orders, "10.0.0.1");
		register(this.payments, "10.0.0.2");
		this.files.service(this.orders, "10.9.9.1:80").service(this.payments, "10.9.9.2:80");
		restart("nacos.failover.services.include=payments-*,orders-*", "nacos.failover.services.exclude=orders-*");
		JsonNode on = this.endpoint.post("{\"enabled\": true}", 200).at("/namespaces/public");
		assertThat(texts(on.at("/include"))).containsExactly("payments-*", "orders-*");
		assertThat(texts(on.at("/exclude"))).containsExactly("orders-*");
		assertThat(on.at("/services/DEFAULT_GROUP@@" + this.orders + "/enabled").asBoolean()).isFalse();
		assertThat(Contexts.addresses(this.naming, this.payments)).containsExactly("10.9.9.2:80");
		await().until(() -> Contexts.addresses(this.naming, this.orders).equals(List.of("10.0.0.1:80")));
		this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": true}", 200);
		assertThat(Contexts.addresses(this.naming, this.orders)).containsExactly("10.9.9.1:80");
	}

	@Test
	void everyChangeIsPublishedAndKeptOverARestart() {
		Events events = this.context.getBean(Events.class);
		this.files.service(this.orders, "10.9.9.1:80");
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 1);
		this.endpoint.post("{\"enabled\": true, \"reason\": \"line\\nFailover of forged\", \"duration\": \"1h\"}", 200);
		assertThat(events.changes).singleElement().satisfies((change) -> {
			assertThat(change.outcome()).isEqualTo(SwitchOutcome.APPLIED);
			assertThat(change.origin()).isEqualTo(SwitchOrigin.HTTP);
			assertThat(change.before()).isFalse();
			assertThat(change.after()).isTrue();
			assertThat(change.until()).isEqualTo(change.at().plus(Duration.ofHours(1)));
		});
		assertThat(events.audited).singleElement().satisfies((event) -> {
			assertThat(event.getAuditEvent().getPrincipal()).isEqualTo("http");
			assertThat(event.getAuditEvent().getData()).containsEntry("outcome", "applied")
				.containsEntry("after", true);
		});
		this.files.off();
		await().until(() -> events.changes.size() == 2);
		assertThat(events.changes.get(1).by()).isEqualTo("file");
		restart();
		JsonNode history = this.endpoint.get("/nacosfailover/history", 200).at("/history");
		assertThat(history).hasSize(2);
		assertThat(Instant.parse(history.at("/0/at").asText())).isBetween(Instant.now().minusSeconds(60),
				Instant.now().plusSeconds(1));
		assertThat(history.at("/0/origin").asText()).isEqualTo("file");
		assertThat(history.at("/1/origin").asText()).isEqualTo("http");
		assertThat(history.at("/1/before").asBoolean()).isFalse();
		assertThat(history.at("/1/after").asBoolean()).isTrue();
		assertThat(history.at("/1/reason").asText()).isEqualTo("line\nFailover of forged");
	}

	@Test
	void handEditedSwitchIsObeyedAndWhatGuardsSayIsShown() throws Exception {
		this.files.on();
		await().until(() -> this.endpoint.status().at("/enabled").asBoolean());
		await().until(() -> this.endpoint.status()
			.at("/namespaces/public/switch/findings/0")
			.asText()
			.contains("nothing to serve"));
		assertThat(history("outcome")).containsOnly("applied");
		// The same once more, as an editor does that writes a file twice.
		Files.setLastModifiedTime(this.files.directory().resolve(FailoverFiles.SWITCH),
				FileTime.from(Instant.now().plusSeconds(5)));
		List<SwitchChangedEvent> changes = this.context.getBean(Events.class).changes;
		await().until(() -> changes.stream().anyMatch((change) -> Boolean.TRUE.equals(change.before())));
		assertThat(changes).allSatisfy(
				(change) -> assertThat(change.findings()).singleElement().asString().contains("nothing to serve"));
		assertThat(this.endpoint.status().at("/namespaces/public/switch/findings/0").asText())
			.contains("nothing to serve");
	}

}
