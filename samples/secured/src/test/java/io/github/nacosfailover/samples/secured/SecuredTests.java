package io.github.nacosfailover.samples.secured;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nobody, a viewer and an operator at the endpoint. The server is not needed for that.
 */
class SecuredTests {

	private static final String SECRET = "s3cret-of-the-client";

	private static final String ON = "{\"enabled\": true}";

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path home;

	private ConfigurableApplicationContext context;

	@AfterEach
	void stop() {
		this.context.close();
	}

	private void start(String... properties) throws Exception {
		Files.writeString(this.home.resolve("DEFAULT_GROUP%40%40orders"), """
				{ "name": "orders", "groupName": "DEFAULT_GROUP", "hosts": [ { "ip": "10.9.9.1", "port": 80 } ] }""");
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--nacos.failover.disk.path=" + this.home,
				"--nacos.failover.client.server-addr=127.0.0.1:1", "--nacos.failover.client.username=nacos",
				"--nacos.failover.client.password=" + SECRET, "--nacos.failover.client.properties.secretKey=" + SECRET,
				"--spring.main.banner-mode=off"));
		arguments.addAll(List.of(properties));
		this.context = new SpringApplicationBuilder(SecuredApplication.class, Users.class)
			.run(arguments.toArray(String[]::new));
	}

	@Test
	void viewersLookAndOperatorsFlipUnderTheirNames() throws Exception {
		start();
		for (String path : List.of("", "/orders", "/preflight", "/history")) {
			assertThat(get(null, path).statusCode()).as(path).isEqualTo(401);
			assertThat(get("viewer", path).statusCode()).as(path).isEqualTo(200);
			assertThat(get("operator", path).statusCode()).as(path).isEqualTo(200);
			assertThat(get("other", path).statusCode()).as(path).isEqualTo(403);
		}
		for (String path : List.of("", "/orders")) {
			assertThat(post(null, path, ON).statusCode()).as(path).isEqualTo(401);
			assertThat(post("viewer", path, ON).statusCode()).as(path).isEqualTo(403);
		}
		assertThat(get("viewer", "/history").body()).isEqualTo("{\"history\":[]}");
		HttpResponse<String> on = post("operator", "", ON);
		assertThat(on.statusCode()).as(on.body()).isEqualTo(200);
		assertThat(on.body()).contains("\"by\":\"operator\"");
		assertThat(get("viewer", "/history").body()).contains("\"by\":\"operator\"");
	}

	@Test
	void bodiesAreLookedAtAfterTheCaller() throws Exception {
		start();
		List<String> faulty = List.of("", "{", "[]", "{\"enabled\": \"true\"}", "{\"enabled\": true, \"x\": 1}",
				"{\"enabled\": true, \"reason\": \"" + "x".repeat(70_000) + "\"}",
				"{\"enabled\": true, \"reason\": " + "[".repeat(500) + "]".repeat(500) + "}",
				"{\"enabled\": true, \"enabled\": false}");
		for (String path : List.of("", "/orders")) {
			for (String body : faulty) {
				assertThat(post(null, path, body).statusCode()).isEqualTo(401);
				HttpResponse<String> answer = post("operator", path, body);
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
				assertThat(answer.body()).contains("\"message\":");
			}
		}
		assertThat(get("viewer", "").body()).startsWith("{\"enabled\":false");
	}

	@Test
	void pagesOfOtherSitesCannotUseTheCredentialsThatABrowserHasStored() throws Exception {
		start();
		for (String path : List.of("", "/orders", "/../nacosfailoversnapshots",
				"/../nacosfailoversnapshots?force=true")) {
			for (String header : List.of("Origin", "Sec-Fetch-Site", "Cookie")) {
				for (String type : List.of("application/json", "text/plain", "application/x-www-form-urlencoded")) {
					HttpRequest.Builder request = request(path).header(header, "https://elsewhere.example")
						.header("Content-Type", type)
						.POST(HttpRequest.BodyPublishers.ofString(ON));
					assertThat(send("operator", request).statusCode()).as(header + " " + type).isEqualTo(403);
				}
			}
			// A page can send these without asking; so could a script by mistake.
			assertThat(send("operator", request(path).POST(HttpRequest.BodyPublishers.noBody())).statusCode())
				.isEqualTo(415);
		}
		assertThat(send("viewer", request("").header("Origin", "https://elsewhere.example")).body())
			.startsWith("{\"enabled\":false");
		assertThat(post("operator", "", ON).statusCode()).isEqualTo(200);
	}

	@Test
	void theConsoleSwitchesWithTheTokenInItsPage() throws Exception {
		start();
		assertThat(get(null, "/../nacosfailoverconsole").statusCode()).isEqualTo(401);
		assertThat(get("other", "/../nacosfailoverconsole").statusCode()).isEqualTo(403);
		HttpResponse<String> page = get("operator", "/../nacosfailoverconsole");
		assertThat(page.headers().allValues("Content-Security-Policy")).singleElement()
			.asString()
			.contains("script-src 'nonce-");
		assertThat(page.headers().allValues("Cache-Control")).containsExactly("no-store");
		Matcher csrf = Pattern.compile("\"csrf\":\\{\"header\":\"([^\"]+)\",\"value\":\"([^\"]+)\"}")
			.matcher(page.body());
		assertThat(csrf.find()).isTrue();
		String cookie = page.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
		HttpRequest.Builder request = request("").header("Content-Type", "application/json")
			.header("Sec-Fetch-Site", "same-origin")
			.header("Cookie", cookie)
			.POST(HttpRequest.BodyPublishers.ofString(ON));
		assertThat(send("operator", request).statusCode()).isEqualTo(403);
		assertThat(send("operator", request.header(csrf.group(1), csrf.group(2))).statusCode()).isEqualTo(200);
	}

	@Test
	void answersCarryNoCredentials() throws Exception {
		start("--management.endpoints.web.exposure.include=*", "--management.endpoint.health.show-details=always",
				"--management.endpoint.env.show-values=never");
		post("operator", "", ON);
		List<String> answers = new ArrayList<>();
		for (String path : List.of("", "/orders", "/preflight?probe=true", "/history")) {
			answers.add(get("operator", path).body());
		}
		answers.add(post("operator", "", "{\"enabled\": false}").body());
		for (String path : List.of("/../health", "/../info", "/../metrics")) {
			answers.add(get("operator", path).body());
		}
		assertThat(answers).allSatisfy((answer) -> assertThat(answer).isNotEmpty().doesNotContain(SECRET));
	}

	@Test
	void nothingIsExposedByDefault() throws Exception {
		start("--management.endpoints.web.exposure.include=health");
		assertThat(get("operator", "").statusCode()).isIn(401, 403, 404);
		assertThat(post("operator", "", ON).statusCode()).isIn(401, 403, 404);
		assertThat(Files.exists(this.home.resolve(".nacos-failover"))).isFalse();
	}

	@Test
	void operatorsCannotFlipWhereTheAccessIsReadOnly() throws Exception {
		start("--management.endpoint.nacosfailover.access=read-only");
		assertThat(get("operator", "").statusCode()).isEqualTo(200);
		assertThat(post("operator", "", ON).statusCode()).isEqualTo(405);
		assertThat(post("operator", "/orders", ON).statusCode()).isEqualTo(405);
	}

	private HttpResponse<String> get(String user, String path) throws Exception {
		return send(user, request(path));
	}

	private HttpResponse<String> post(String user, String path, String body) throws Exception {
		return send(user, request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port")
					+ "/actuator/nacosfailover" + path)
				.normalize());
	}

	private HttpResponse<String> send(String user, HttpRequest.Builder request) throws Exception {
		if (user != null) {
			String credentials = user + ":password";
			request.header("Authorization",
					"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("viewer", "VIEWER"), user("operator", "OPERATOR"),
					user("other", "OTHER"));
		}

		private static UserDetails user(String name, String role) {
			return User.withUsername(name).password("{noop}password").roles(role).build();
		}

	}

}
