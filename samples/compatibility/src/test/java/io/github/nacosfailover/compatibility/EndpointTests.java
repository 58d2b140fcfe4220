package io.github.nacosfailover.compatibility;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint over HTTP, and the queries of the application's naming client.
 */
class EndpointTests {

	@TempDir
	static Path home;

	private static FailoverDirectory directory;

	private static App app;

	private static NamingService naming;

	@BeforeAll
	static void start() {
		directory = new FailoverDirectory(home.resolve("failover"));
		app = App.start(App.EXPOSED, App.serverAddr(Nacos.serverAddr()), directory.property());
		naming = app.naming();
	}

	@AfterAll
	static void stop() {
		app.close();
	}

	@BeforeEach
	void switchOff() {
		app.flip(false);
	}

	@Test
	void tellsWhatIsSwitchedAndWhere() {
		JsonNode status = app.status();
		assertThat(status.path("enabled").isBoolean()).isTrue();
		assertThat(status.path("enabled").booleanValue()).isFalse();
		JsonNode namespace = status.at("/namespaces/public");
		assertThat(names(namespace)).contains("enabled", "serverStatus", "switch", "sources", "services", "problems");
		assertThat(namespace.path("enabled").booleanValue()).isFalse();
		assertThat(namespace.path("serverStatus").textValue()).isEqualTo("UP");
		JsonNode failoverSwitch = namespace.path("switch");
		assertThat(names(failoverSwitch)).contains("source", "at", "by", "reason", "until");
		assertThat(failoverSwitch.path("source").textValue()).isEqualTo("disk");
		assertThat(namespace.path("sources")).hasSize(1);
		JsonNode source = namespace.path("sources").get(0);
		assertThat(source.path("name").textValue()).isEqualTo("disk");
		assertThat(source.path("type").textValue()).startsWith("io.github.nacosfailover.");
		assertThat(source.path("location").textValue()).isEqualTo(directory.path().toString());
		assertThat(source.path("writable").booleanValue()).isTrue();
		assertThat(namespace.path("services").isObject()).isTrue();
		assertThat(namespace.path("problems").isArray()).isTrue();
	}

	@Test
	void tellsWhoSwitchedWhenAndWhy() {
		Instant before = Instant.now();
		JsonNode answer = app.post(
				"{\"enabled\": true, \"namespace\": \"public\", \"reason\": \"升级 Nacos\", \"duration\": \"30m\", \"force\": true}")
			.expect(200);
		assertThat(answer.path("enabled").booleanValue()).isTrue();
		assertThat(answer.at("/namespaces/public/enabled").booleanValue()).isTrue();
		JsonNode failoverSwitch = answer.at("/namespaces/public/switch");
		assertThat(failoverSwitch.path("source").textValue()).isEqualTo("disk");
		assertThat(failoverSwitch.path("by").textValue()).isNotBlank();
		assertThat(failoverSwitch.path("reason").textValue()).isEqualTo("升级 Nacos");
		Instant at = instant(failoverSwitch.path("at"));
		assertThat(at).isBetween(before, Instant.now());
		assertThat(instant(failoverSwitch.path("until"))).isEqualTo(at.plus(Duration.ofMinutes(30)));
		assertThat(app.status().at("/namespaces/public/switch")).isEqualTo(failoverSwitch);
	}

	@Test
	void takesAnIsoDurationAndAnswersNullWhereNothingWasSaid() {
		JsonNode unlimited = app.flip(true).at("/namespaces/public/switch");
		assertThat(unlimited.path("until").isNull()).isTrue();
		assertThat(unlimited.path("reason").isNull()).isTrue();
		Instant before = Instant.now();
		JsonNode limited = app.post("{\"enabled\": true, \"duration\": \"PT45M\", \"force\": true}").expect(200);
		// The end counts from the request, and the time is still that of the flip.
		assertThat(limited.at("/namespaces/public/switch/at")).isEqualTo(unlimited.path("at"));
		assertThat(instant(limited.at("/namespaces/public/switch/until")))
			.isBetween(before.plus(Duration.ofMinutes(45)), Instant.now().plus(Duration.ofMinutes(45)));
		// What is not given stays as it is.
		assertThat(app.flip(true).at("/namespaces/public/switch")).isEqualTo(limited.at("/namespaces/public/switch"));
	}

	@Test
	void queriesSeeTheChangeWhenThePostHasAnswered() throws Exception {
		String service = Nacos.uniqueName("flipped");
		Nacos.register(naming, service, "10.0.0.1:80", "10.0.0.2:80");
		await().until(() -> Nacos.query(naming, service).size() == 2);
		directory.backup(service, "10.9.0.1:80", "10.9.0.2:80", "10.9.0.3:80");
		await().until(() -> service(app.status(), service).path("instances").intValue() == 3);
		for (int i = 0; i < 10; i++) {
			app.flip(true);
			assertThat(Nacos.query(naming, service)).containsExactly("10.9.0.1:80", "10.9.0.2:80", "10.9.0.3:80");
			assertThat(naming.selectOneHealthyInstance(service).getIp()).startsWith("10.9.0.");
			app.flip(false);
			assertThat(Nacos.query(naming, service)).containsExactly("10.0.0.1:80", "10.0.0.2:80");
			assertThat(naming.selectInstances(service, true)).hasSize(2);
		}
	}

	@Test
	void tellsFromWhereAServiceIsServed() throws Exception {
		Instant before = Instant.now();
		String service = Nacos.uniqueName("counted");
		directory.backup(service, "10.9.0.1:80", "10.9.0.2:80");
		await().until(() -> service(app.status(), service).path("instances").intValue() == 2);
		JsonNode unasked = service(app.status(), service);
		assertThat(unasked.path("healthy").intValue()).isEqualTo(2);
		assertThat(unasked.path("source").textValue()).isEqualTo("disk");
		assertThat(instant(unasked.path("modified"))).isBetween(before.minusSeconds(1), Instant.now());
		assertThat(unasked.path("servedFrom").isNull()).isTrue();
		assertThat(unasked.path("lastServed").isNull()).isTrue();
		assertThat(unasked.path("served").longValue()).isZero();
		naming.getAllInstances(service);
		assertThat(service(app.status(), service).path("servedFrom").textValue()).isEqualTo("live");
		app.flip(true);
		naming.getAllInstances(service);
		naming.selectInstances(service, true);
		JsonNode served = service(app.status(), service);
		assertThat(served.path("servedFrom").textValue()).isEqualTo("failover");
		assertThat(served.path("served").longValue()).isEqualTo(2);
		assertThat(instant(served.path("lastServed"))).isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
	}

	@Test
	void listsServicesThatWereAskedForButHaveNoBackup() throws Exception {
		String service = Nacos.uniqueName("without-backup");
		naming.getAllInstances(service);
		JsonNode asked = service(app.status(), service);
		assertThat(asked.path("instances").intValue()).isZero();
		assertThat(asked.path("source").isNull()).isTrue();
		assertThat(asked.path("servedFrom").textValue()).isEqualTo("live");
	}

	@Test
	void comparesTheBackupOfAServiceWithLive() throws Exception {
		String service = Nacos.uniqueName("compared");
		Nacos.register(naming, service, "10.0.0.1:80/DEFAULT", "10.0.0.2:80/DEFAULT", "10.0.0.3:80/OTHER");
		await().until(() -> Nacos.query(naming, service).size() == 3);
		directory.backup(service, "10.0.0.2:80/DEFAULT", "10.0.0.3:80/DEFAULT", "10.0.0.4:80/DEFAULT");
		await().until(() -> service(app.status(), service).path("instances").intValue() == 3);
		for (boolean enabled : new boolean[] { false, true }) {
			app.flip(enabled);
			JsonNode detail = app.get("/DEFAULT_GROUP@@" + service).expect(200);
			assertThat(detail.path("service").textValue()).isEqualTo("DEFAULT_GROUP@@" + service);
			assertThat(detail.path("namespace").textValue()).isEqualTo("public");
			assertThat(ips(detail, "backup")).containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3", "10.0.0.4");
			assertThat(ips(detail, "live")).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2", "10.0.0.3");
			assertThat(ips(detail, "added")).containsExactly("10.0.0.1");
			assertThat(ips(detail, "removed")).containsExactly("10.0.0.4");
			assertThat(ips(detail, "changed")).containsExactly("10.0.0.3");
			assertThat(detail.at("/changed/0/clusterName").textValue()).isEqualTo("OTHER");
			assertThat(app.get("/" + service).expect(200)).isEqualTo(detail);
			assertThat(app.get("/" + service + "?namespace=public").expect(200)).isEqualTo(detail);
		}
	}

	@Test
	void doesNotFindAServiceThatNobodyKnows() {
		assertThat(app.get("/" + Nacos.uniqueName("unknown")).status()).isEqualTo(404);
		assertThat(app.get("/OTHER_GROUP@@" + Nacos.uniqueName("unknown")).status()).isEqualTo(404);
	}

	@Test
	void refusesAnUnknownNamespaceOfAService() {
		assertThat(app.get("/orders?namespace=nowhere").expect(400).path("message").textValue()).contains("nowhere");
	}

	static Stream<Arguments> faults() {
		return Stream.of(Arguments.of("", "empty"), Arguments.of("{\"enabled\": tru", "JSON"),
				Arguments.of("{\"enabled\": true} x", "JSON"), Arguments.of("[true]", "object"),
				Arguments.of("true", "object"), Arguments.of("{}", "enabled"),
				Arguments.of("{\"reason\": \"upgrade\"}", "enabled"), Arguments.of("{\"enabled\": null}", "enabled"),
				Arguments.of("{\"enabled\": \"true\"}", "enabled"), Arguments.of("{\"enabled\": 1}", "enabled"),
				Arguments.of("{\"enabled\": true, \"reason\": 5}", "reason"),
				Arguments.of("{\"enabled\": true, \"reason\": [\"a\"]}", "reason"),
				Arguments.of("{\"enabled\": true, \"force\": \"yes\"}", "force"),
				Arguments.of("{\"enabled\": true, \"duration\": \"soon\"}", "duration"),
				Arguments.of("{\"enabled\": true, \"duration\": \"-5m\"}", "duration"),
				Arguments.of("{\"enabled\": true, \"duration\": \"999999999999d\"}", "duration"),
				Arguments.of("{\"enabled\": true, \"wait\": \"PT9999999H\"}", "wait"),
				Arguments.of("{\"enabled\": true, \"wait\": \"2\"}", "unit"),
				Arguments.of("{\"enabled\": true, \"reason\": \"" + "x".repeat(1025) + "\"}", "1024"),
				Arguments.of("{\"enable\": true}", "enable"),
				Arguments.of("{\"enabled\": true, \"namespaces\": \"public\"}", "namespaces"),
				Arguments.of("{\"enabled\": true, \"namespace\": \"nowhere\"}", "nowhere"),
				Arguments.of("{\"enabled\": true, \"reason\": \"" + "x".repeat(64 * 1024) + "\"}", "65536"));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void refusesAFaultyBodyAndSaysWhy(String body, String expected) {
		JsonNode before = app.status().at("/namespaces/public/switch");
		JsonNode answer = app.post(body).expect(400);
		assertThat(answer.path("message").textValue()).contains(expected);
		assertThat(app.status().at("/namespaces/public/switch")).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 512 })
	void takesAReasonOfUpToOneKilobyte(int length) {
		String reason = "é".repeat(length);
		JsonNode answer = app.post("{\"enabled\": false, \"reason\": \"" + reason + "\"}").expect(200);
		assertThat(answer.at("/namespaces/public/switch/reason").textValue()).isEqualTo(reason);
	}

	@Test
	void queriesOfOneClusterDoNotChangeWhatOthersSee() throws Exception {
		String service = Nacos.uniqueName("clustered");
		directory.backup(service, "10.9.0.1:80/A", "10.9.0.2:80/B", "10.9.0.3:80/B");
		await().until(() -> service(app.status(), service).path("instances").intValue() == 3);
		app.flip(true);
		assertAnswersOfClusters(naming, service, List.of("10.9.0.1:80"), List.of("10.9.0.2:80", "10.9.0.3:80"));
	}

	/** Each thread asks for its own selection again and again. */
	static void assertAnswersOfClusters(NamingService client, String service, List<String> ofA, List<String> ofB)
			throws Exception {
		List<String> all = List.of("10.9.0.1:80", "10.9.0.2:80", "10.9.0.3:80");
		List<List<String>> selections = List.of(List.of(), List.of("A"), List.of("B"), List.of());
		List<List<String>> expected = List.of(all, ofA, ofB, all);
		ExecutorService executor = Executors.newFixedThreadPool(selections.size());
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int i = 0; i < selections.size(); i++) {
				List<String> clusters = selections.get(i);
				List<String> addresses = expected.get(i);
				results.add(executor.submit(() -> {
					for (int n = 0; n < 200; n++) {
						assertThat(Nacos.addresses(client.getAllInstances(service, clusters)))
							.as("clusters " + clusters)
							.isEqualTo(addresses);
					}
					return null;
				}));
			}
			for (Future<?> result : results) {
				result.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(Nacos.query(client, service)).isEqualTo(all);
	}

	@Test
	void theLastOfManyConcurrentPostsWins() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(4);
		Instant last = Instant.EPOCH;
		try {
			List<Future<JsonNode>> answers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				boolean enabled = i % 2 == 0;
				answers.add(executor.submit(() -> app.flip(enabled)));
			}
			for (Future<JsonNode> answer : answers) {
				Instant at = instant(answer.get().at("/namespaces/public/switch/at"));
				last = at.isAfter(last) ? at : last;
			}
		}
		finally {
			executor.shutdownNow();
		}
		JsonNode status = app.status();
		assertThat(instant(status.at("/namespaces/public/switch/at"))).isEqualTo(last);
		String file = Files.readString(directory.path().resolve(FailoverDirectory.SWITCH)).trim();
		assertThat(file).isEqualTo(status.path("enabled").booleanValue() ? "1" : "0");
	}

	private static JsonNode service(JsonNode status, String service) {
		return status.path("namespaces").path("public").path("services").path("DEFAULT_GROUP@@" + service);
	}

	private static Instant instant(JsonNode node) {
		assertThat(node.isTextual()).as("ISO text, but got " + node).isTrue();
		return Instant.parse(node.textValue());
	}

	private static List<String> names(JsonNode node) {
		List<String> names = new ArrayList<>();
		node.fieldNames().forEachRemaining(names::add);
		return names;
	}

	private static List<String> ips(JsonNode detail, String name) {
		assertThat(detail.path(name).isArray()).as(name + " of " + detail).isTrue();
		return StreamSupport.stream(detail.path(name).spliterator(), false)
			.map((instance) -> instance.path("ip").textValue())
			.toList();
	}

}
