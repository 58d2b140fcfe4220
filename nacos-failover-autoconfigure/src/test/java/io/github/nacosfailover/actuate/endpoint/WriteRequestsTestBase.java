package io.github.nacosfailover.actuate.endpoint;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes over HTTP, well-formed and otherwise, to an application without a server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WriteRequestsTestBase {

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final ObjectMapper mapper = new ObjectMapper();

	@TempDir
	static Path home;

	private FailoverFiles files;

	private ConfigurableApplicationContext context;

	/** Where the endpoints are. */
	abstract String basePath();

	abstract WebApplicationType stack();

	abstract Class<?> application();

	/** Where the application itself answers what it was sent, and from where. */
	abstract List<String> ownPaths();

	String[] properties() {
		return new String[0];
	}

	@BeforeAll
	void start() {
		Path directory = home.resolve(getClass().getSimpleName());
		this.files = new FailoverFiles(directory).service("orders", "10.9.9.1:80");
		for (int i = 1; i <= 5; i++) {
			this.files.service("page-" + i, "10.9.8.%d:80".formatted(i));
		}
		this.context = new SpringApplicationBuilder(application()).web(stack())
			.properties("server.port=0",
					"management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots",
					"nacos.failover.disk.path=" + directory, "nacos.failover.client.server-addr=127.0.0.1:1",
					"spring.main.banner-mode=off")
			.properties(properties())
			.run();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@BeforeEach
	void switchOff() {
		post("/nacosfailover", "{\"enabled\": false, \"force\": true}", 200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nacosfailover", "/nacosfailove%72", "/%6eacosfailover", "/nacosfailover;a=b",
			"/nacosfailover;enabled=true", "/nacosfailover/orders", "/nacosfailover/order%73",
			"/nacosfailover;a=b/orders", "/nacosfailover/orders;a=b", "/nacosfailove%72/orders" })
	void theSwitchObeysTheBodyAlone(String path) {
		String on = "{\"enabled\": true, \"force\": true}";
		for (String contentType : List.of("text/plain", "application/x-www-form-urlencoded", "application/xml",
				"application/json;charset=UTF-16", "application/vnd.spring-boot.actuator.v3+json", "nonsense")) {
			assertThat(send("POST", path, contentType, on).statusCode()).as(contentType).isEqualTo(415);
		}
		assertThat(send("POST", path, null, on).statusCode()).isEqualTo(415);
		assertThat(send("POST", path, null, "").statusCode()).isEqualTo(415);
		assertThat(send("POST", path, "text/plain", "").statusCode()).isEqualTo(415);
		assertThat(message(post(path + "?enabled=true", "{\"enabled\": false}"), 400)).contains("enabled");
		assertThat(message(post(path + "?service=other&enabled=true", "{\"enabled\": false}"), 400)).contains("enabled")
			.contains("service");
		assertThat(message(post(path + "?a", on), 400)).contains("Query").contains("a");
		assertThat(message(post(path, "{\"enabled\": \"true\"}"), 400)).contains("enabled");
		assertThat(message(post(path, "{\"enabled\": true, \"other\": 1}"), 400)).contains("other");
		assertThat(message(post(path, "{\"enabled\": true, \"enabled\": true}"), 400)).contains("Duplicate");
		assertThat(message(post(path, ""), 400)).contains("empty");
		assertThat(status().at("/enabled").asBoolean()).isFalse();
		assertThat(status().at("/namespaces/public/exceptions")).isEmpty();
		JsonNode switched = mapper(send("POST", path, "Application/JSON; charset=utf-8", on), 200);
		assertThat(switched.at("/enabled").asBoolean()).isEqualTo(!path.contains("/order"));
		if (path.contains("/order")) {
			assertThat(switched.at("/namespaces/public/exceptions/DEFAULT_GROUP@@orders").asBoolean()).isTrue();
			post("/nacosfailover/orders", "{\"enabled\": null, \"force\": true}", 200);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nacosfailoversnapshots", "/nacosfailoversnapshot%73", "/nacosfailoversnapshots;a=b",
			"/nacosfailoversnapshots/1", "/nacosfailoversnapshots/%31;a=b" })
	void snapshotsObeyTheBodyAlone(String path) {
		assertThat(send("POST", path + "?force=true&restore=true", null, "").statusCode()).isEqualTo(415);
		assertThat(send("POST", path, null, "").statusCode()).isEqualTo(415);
		assertThat(message(post(path + "?force=true", "{}"), 400)).contains("force");
		assertThat(message(post(path, "{\"force\": \"true\"}"), 400)).contains("force");
		// Well-formed, and then there is no server, or no such snapshot.
		assertThat(post(path, path.contains("1") ? "{\"restore\": true}" : "").statusCode()).isIn(404, 409);
	}

	@Test
	void aListOfNamesReachesTheSwitch() {
		String list = "{\"enabled\": false, \"whenSafe\": \"30m\", \"services\": %s}";
		assertThat(message(post("/nacosfailover", list.formatted("\"orders\"")), 400)).contains("services", "string");
		assertThat(message(post("/nacosfailover", list.formatted("[true]")), 400)).contains("services", "array");
		assertThat(message(post("/nacosfailover", list.formatted("[]")), 400)).contains("'services' is empty");
		JsonNode refused = post("/nacosfailover", list.formatted("[\"orders\", \"a,b\"]"), 409);
		assertThat(refused.at("/refused")).hasSize(2);
		assertThat(refused.at("/refused/1").asText()).startsWith("DEFAULT_GROUP@@a,b is not on by itself");
		post("/nacosfailover/orders", "{\"enabled\": true}", 200);
		JsonNode armed = post("/nacosfailover", list.formatted("[\"orders\"]"), 202);
		assertThat(armed.at("/namespaces/public/whenSafe/services/0").asText()).isEqualTo("DEFAULT_GROUP@@orders");
		post("/nacosfailover/orders", "{\"enabled\": null, \"force\": true}", 200);
		assertThat(status().at("/namespaces/public").has("whenSafe")).isFalse();
	}

	@Test
	void pageHasTheServicesThatWereAskedFor() {
		JsonNode page = get("/nacosfailover?service=PAGE-&limit=2&offset=1").at("/namespaces/public");
		assertThat(page.at("/page").toString()).isEqualTo("{\"total\":5,\"offset\":1,\"limit\":2}");
		assertThat(page.at("/services").fieldNames()).toIterable()
			.containsExactly("DEFAULT_GROUP@@page-2", "DEFAULT_GROUP@@page-3");
		assertThat(page.at("/services/DEFAULT_GROUP@@page-3/instances").asInt()).isEqualTo(1);
		assertThat(page.at("/enabled").asBoolean()).isFalse();
		JsonNode last = get("/nacosfailover?offset=4&service=page-&namespace=public").at("/namespaces/public");
		assertThat(last.at("/page/limit").asInt()).isEqualTo(100);
		assertThat(last.at("/services").fieldNames()).toIterable().containsExactly("DEFAULT_GROUP@@page-5");
		assertThat(get("/nacosfailover?limit=1&offset=2147483647").at("/namespaces/public/services")).isEmpty();
		JsonNode all = status().at("/namespaces/public");
		assertThat(all.has("page")).isFalse();
		assertThat(all.at("/services").size()).isGreaterThan(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit=0", "limit=1001", "limit=-1", "limit=x", "offset=-1", "limit=1&offset=2147483648",
			"limit=1&namespace=nothing" })
	void pageThatCannotBeIsRefused(String query) {
		HttpResponse<String> answer = send("GET", "/nacosfailover?" + query, null, "");
		assertThat(message(answer, 400))
			.contains(query.contains("namespace") ? "nothing" : query.contains("offset") ? "'offset'" : "'limit'");
	}

	@Test
	void aStageIsAnObjectOrAWordAndNeedsAStoreThatIsShared() {
		String stage = "{\"enabled\": true, \"stage\": %s}";
		String half = "{\"share\": \"50%\", \"hold\": \"2m\"}";
		assertThat(message(post("/nacosfailover", stage.formatted(half)), 400)).contains("redis or jdbc", "'disk'");
		assertThat(message(post("/nacosfailover", stage.formatted("[\"stop\"]")), 400)).contains("stage", "array");
		assertThat(message(post("/nacosfailover", stage.formatted("{\"share\": 50}")), 400)).contains("stage");
		assertThat(message(post("/nacosfailover", stage.formatted("{}")), 400)).contains("'share' and 'hold'");
		assertThat(message(post("/nacosfailover", stage.formatted("\"stop\"")), 400)).contains("leave the others out");
		assertThat(message(post("/nacosfailover", "{\"stage\": \"pause\"}"), 400)).contains("stop", "continue");
		assertThat(message(post("/nacosfailover", "{\"stage\": " + half + "}"), 400)).contains("'enabled' is missing");
		assertThat(message(
				post("/nacosfailover", "{\"enabled\": true, \"service\": \"orders\", \"stage\": " + half + "}"), 400))
			.contains("'stage'");
		assertThat(post("/nacosfailover", "{\"stage\": \"stop\"}", 409).at("/refused/0").asText())
			.isEqualTo("no stage is running");
		assertThat(status().at("/enabled").asBoolean()).isFalse();
	}

	@Test
	void aDeletionTakesANamespaceAndNothingElse() {
		String path = "/nacosfailoversnapshots/1";
		assertThat(send("DELETE", path, null, "").statusCode()).isEqualTo(404);
		assertThat(send("DELETE", path + "?namespace=public", null, "").statusCode()).isEqualTo(404);
		assertThat(message(send("DELETE", path + "?id=2&_method=delete", null, ""), 400)).contains("_method, id");
		assertThat(send("DELETE", path, null, "_method=delete").statusCode()).isEqualTo(415);
		assertThat(send("DELETE", path, "application/x-www-form-urlencoded", "a=b").statusCode()).isEqualTo(415);
	}

	@Test
	void whatIsNotOursIsNotTouched() {
		for (String path : ownPaths()) {
			for (String body : List.of("", "{\"enabled\": \"perhaps\"}", "x".repeat(200_000))) {
				HttpResponse<String> answer = sendTo(server(), path + "?enabled=true", "POST", "text/plain", body);
				assertThat(answer.statusCode()).as(path).isEqualTo(200);
				assertThat(answer.body()).as(path).isEqualTo("own:text/plain:" + body.length());
			}
		}
	}

	FailoverFiles files() {
		return this.files;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	JsonNode status() {
		return get("/nacosfailover");
	}

	JsonNode get(String path) {
		return mapper(sendTo(management() + basePath(), path, "GET", null, ""), 200);
	}

	HttpResponse<String> post(String path, String body) {
		return send("POST", path, "application/json", body);
	}

	JsonNode post(String path, String body, int status) {
		return mapper(post(path, body), status);
	}

	HttpResponse<String> send(String method, String path, String contentType, String body) {
		return sendTo(management() + basePath(), path, method, contentType, body);
	}

	private String server() {
		return "http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	private String management() {
		return "http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.management.port");
	}

	static String message(HttpResponse<String> answer, int status) {
		JsonNode json = mapper(answer, status);
		assertThat(json.path("status").asInt()).isEqualTo(status);
		return json.path("message").asText();
	}

	static JsonNode mapper(HttpResponse<String> answer, int status) {
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
		try {
			return mapper.readTree(answer.body());
		}
		catch (Exception ex) {
			throw new IllegalStateException(answer.body(), ex);
		}
	}

	private static HttpResponse<String> sendTo(String server, String path, String method, String contentType,
			String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		if (contentType != null) {
			request.header("Content-Type", contentType);
		}
		try {
			return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
