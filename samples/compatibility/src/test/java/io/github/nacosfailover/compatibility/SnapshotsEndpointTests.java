package io.github.nacosfailover.compatibility;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint of snapshots over HTTP.
 */
class SnapshotsEndpointTests {

	private static final String PATH = "/nacosfailoversnapshots";

	private static final String SERVICE = "snapshot-orders";

	@TempDir
	static Path home;

	private static FailoverDirectory directory;

	private static App app;

	private static NamingService naming;

	@BeforeAll
	static void start() throws Exception {
		directory = new FailoverDirectory(home.resolve("failover"));
		app = App.start("--management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots",
				App.serverAddr(Nacos.serverAddr()), directory.property(), "--nacos.failover.snapshot.delay=1h");
		naming = app.naming();
		naming.registerInstance(SERVICE, "10.3.0.1", 8080);
		await().until(() -> naming.getAllInstances(SERVICE).size() == 1);
	}

	@AfterAll
	static void stop() throws Exception {
		naming.deregisterInstance(SERVICE, "10.3.0.1", 8080);
		app.close();
	}

	@Test
	void takesListsPinsRestoresAndDeletes() {
		JsonNode taken = app.exchange("POST", PATH, "").expect(200);
		String first = taken.path("id").textValue();
		assertThat(first).isNotBlank();
		assertThat(taken.path("services").intValue()).isEqualTo(1);
		assertThat(taken.path("instances").intValue()).isEqualTo(1);
		assertThat(taken.path("kept").isArray()).isTrue();
		assertThat(app.exchange("POST", PATH, "{\"namespace\": \"public\", \"force\": true}").expect(200).path("id"))
			.isEqualTo(taken.path("id"));
		JsonNode listed = find(first);
		assertThat(listed.path("namespace").textValue()).isEqualTo("public");
		assertThat(listed.path("at").textValue()).endsWith("Z");
		assertThat(listed.path("by").textValue()).isEqualTo("http");
		assertThat(listed.path("pinned").booleanValue()).isFalse();
		assertThat(listed.path("added")).extracting(JsonNode::textValue).containsExactly("DEFAULT_GROUP@@" + SERVICE);

		app.exchange("POST", PATH + "/" + first, "{\"pinned\": true}").expect(200);
		assertThat(find(first).path("pinned").booleanValue()).isTrue();
		app.exchange("POST", PATH + "/" + first, "{\"pinned\": false}").expect(200);

		directory.delete("DEFAULT_GROUP%40%40" + SERVICE);
		JsonNode restored = app.exchange("POST", PATH + "/" + first, "{\"restore\": true, \"mode\": \"exact\"}")
			.expect(200);
		assertThat(restored.path("services").intValue()).isEqualTo(1);
		assertThat(home.resolve("failover").resolve("DEFAULT_GROUP%40%40" + SERVICE)).exists();

		assertThat(app.exchange("DELETE", PATH + "/" + first, "").status()).isEqualTo(204);
		assertThat(ids()).doesNotContain(first);
		assertThat(home.resolve("failover").resolve("DEFAULT_GROUP%40%40" + SERVICE)).exists();
	}

	@Test
	void answersNotFoundForAnUnknownSnapshot() {
		for (String method : List.of("POST", "DELETE")) {
			JsonNode answer = app
				.exchange(method, PATH + "/nothing", method.equals("POST") ? "{\"restore\": true}" : "")
				.expect(404);
			assertThat(answer.path("message").textValue()).contains("no snapshot 'nothing'");
		}
	}

	@Test
	void refusesWhatIsMalformed() {
		assertThat(refused(PATH, "{\"forse\": true}")).contains("'forse' is not known");
		assertThat(refused(PATH, "{\"force\": \"true\"}")).contains("wrong type");
		assertThat(refused(PATH, "[]")).contains("not a JSON object");
		assertThat(refused(PATH, "{\"namespace\": \"nowhere\"}")).contains("'nowhere'");
		assertThat(refused(PATH + "/x", "{}")).contains("'restore' or 'pinned' is missing");
		assertThat(refused(PATH + "/x", "{\"restore\": true, \"mode\": \"all\"}")).contains("'mode'");
		assertThat(refused(PATH + "/x", "{\"restore\": true, \"pinned\": true}")).contains("two requests");
		assertThat(refused(PATH + "/x", "{\"restore\": false}")).contains("Nothing is asked for");
	}

	@Test
	void refusesToTakeASnapshotWhileFailoverIsOn() {
		app.flip(true);
		try {
			JsonNode answer = app.exchange("POST", PATH, "{}").expect(409);
			assertThat(answer.path("refused").get(0).textValue()).contains("failover is on");
		}
		finally {
			app.flip(false);
		}
	}

	private static String refused(String path, String body) {
		return app.exchange("POST", path, body).expect(400).path("message").textValue();
	}

	private static JsonNode find(String id) {
		for (JsonNode snapshot : app.exchange("GET", PATH, "").expect(200).path("snapshots")) {
			if (snapshot.path("id").textValue().equals(id)) {
				return snapshot;
			}
		}
		throw new AssertionError("No snapshot " + id);
	}

	private static List<String> ids() {
		List<String> ids = new ArrayList<>();
		app.exchange("GET", PATH, "")
			.expect(200)
			.path("snapshots")
			.forEach((snapshot) -> ids.add(snapshot.path("id").textValue()));
		return ids;
	}

}
