package io.github.nacosfailover.actuate.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.testsupport.FailoverFiles;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Writes with Spring MVC, and what their fields may be.
 */
class ServletWriteRequestsTests extends WriteRequestsTestBase {

	@Override
	String basePath() {
		return "/actuator";
	}

	@Override
	WebApplicationType stack() {
		return WebApplicationType.SERVLET;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	List<String> ownPaths() {
		return List.of("/tools/actuator/nacosfailover", "/proxied/actuator/nacosfailover",
				"/proxied/actuator/nacosfailover/orders");
	}

	@ParameterizedTest
	@CsvSource({ "duration,0s,1s and at most|between 1s and 365d", "duration,-5m,between 1s and 365d",
			"duration,999ms,between 1s and 365d", "duration,PT9999999H,between 1s and 365d",
			"duration,999999999999d,between 1s and 365d", "duration,99999999999999999999999d,between 1s and 365d",
			"duration,PT99999999999999999999999H,between 1s and 365d", "duration,366d,between 1s and 365d",
			"duration,P366D,between 1s and 365d", "duration,2,no unit", "duration,+2,no unit",
			"duration,soon,not a duration", "duration,2 days,not a duration", "wait,0s,at most 60s",
			"wait,-1s,at most 60s", "wait,61s,at most 60s", "wait,PT9999999H,at most 60s",
			"wait,999999999999d,at most 60s", "wait,2,no unit", "wait,,not a duration" })
	void whatIsOutOfRangeIsRefusedBeforeAnythingIsDone(String field, String value, String expected) {
		String body = "{\"enabled\": true, \"force\": true, \"%s\": \"%s\"}".formatted(field,
				(value != null) ? value : "");
		String message = message(post("/nacosfailover", body), 400);
		assertThat(message).contains("'" + field + "'").containsAnyOf(expected.split("\\|"));
		assertThat(status().at("/enabled").asBoolean()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nacosfailover", "/nacosfailover/orders" })
	void aReasonHasOneKilobyteAtMost(String path) {
		String longest = "\u00e9".repeat(512);
		assertThat(message(post(path, "{\"enabled\": true, \"force\": true, \"reason\": \"%sx\"}".formatted(longest)),
				400))
			.contains("reason")
			.contains("1024");
		assertThat(status().at("/enabled").asBoolean()).isFalse();
		post(path, "{\"enabled\": true, \"force\": true, \"reason\": \"%s\"}".formatted(longest), 200);
		post("/nacosfailover/orders", "{\"enabled\": null, \"force\": true}", 200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1s", "365d", "PT8760H", "60m" })
	void theEndsOfTheRangeAreTaken(String duration) {
		JsonNode on = post("/nacosfailover",
				"{\"enabled\": true, \"force\": true, \"wait\": \"60s\", \"duration\": \"%s\"}".formatted(duration),
				200);
		assertThat(on.at("/namespaces/public/switch/until").isTextual()).isTrue();
	}

	@Test
	void aSecondRequestKeepsWhatItDoesNotGiveAndTheHistoryHasBoth() {
		JsonNode first = switchOf(post("/nacosfailover",
				"{\"enabled\": true, \"force\": true, \"reason\": \"upgrade\", \"duration\": \"30m\"}", 200));
		JsonNode second = switchOf(
				post("/nacosfailover", "{\"enabled\": true, \"force\": true, \"reason\": null}", 200));
		for (String field : List.of("at", "by", "reason", "until")) {
			assertThat(second.path(field).asText()).as(field).isEqualTo(first.path(field).textValue()).isNotEmpty();
		}
		JsonNode third = switchOf(
				post("/nacosfailover", "{\"enabled\": true, \"force\": true, \"reason\": \"longer\"}", 200));
		assertThat(third.path("reason").asText()).isEqualTo("longer");
		assertThat(third.path("until")).isEqualTo(first.path("until"));
		JsonNode fourth = switchOf(
				post("/nacosfailover", "{\"enabled\": true, \"force\": true, \"duration\": \"2h\"}", 200));
		assertThat(fourth.path("reason").asText()).isEqualTo("longer");
		assertThat(fourth.path("until").asText()).isGreaterThan(first.path("until").asText());
		assertThat(fourth.path("at")).isEqualTo(first.path("at"));
		JsonNode history = get("/nacosfailover/history").path("history");
		assertThat(history.at("/0/until")).isEqualTo(fourth.path("until"));
		assertThat(history.at("/1/reason").asText()).isEqualTo("longer");
		assertThat(history.at("/1/before").asBoolean()).isTrue();
		assertThat(history.at("/3/reason").asText()).isEqualTo("upgrade");
		assertThat(history.at("/3/at")).isEqualTo(first.path("at"));
		JsonNode off = switchOf(post("/nacosfailover", "{\"enabled\": false, \"force\": true}", 200));
		assertThat(off.path("reason").isNull()).isTrue();
		assertThat(off.path("until").isNull()).isTrue();
		assertThat(off.path("at")).isNotEqualTo(first.path("at"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEmptyReasonRemovesTheReason(boolean enabled) {
		post("/nacosfailover", "{\"enabled\": true, \"force\": true, \"reason\": \"upgrade\"}", 200);
		JsonNode without = switchOf(
				post("/nacosfailover", "{\"enabled\": %s, \"force\": true, \"reason\": \"\"}".formatted(enabled), 200));
		assertThat(without.path("reason").isNull()).as(without.toString()).isTrue();
	}

	@Test
	void aServiceIsReachedByAnyName() {
		String name = "a/b c?\u00e9;%";
		String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
		files().write(URLEncoder.encode("DEFAULT_GROUP@@" + name, StandardCharsets.UTF_8),
				FailoverFiles.json(name, "10.9.9.1:80"));
		await().until(() -> status().at("/namespaces/public/services").has("DEFAULT_GROUP@@" + name));
		for (String query : List.of("?service=" + encoded, "?namespace=public&service=DEFAULT_GROUP%40%40" + encoded)) {
			JsonNode found = get("/nacosfailover" + query);
			assertThat(found.path("service").asText()).isEqualTo("DEFAULT_GROUP@@" + name);
			assertThat(found.path("backup")).hasSize(1);
		}
		JsonNode on = post("/nacosfailover",
				"{\"service\": \"%s\", \"enabled\": true, \"force\": true}".formatted(name), 200);
		assertThat(on.at("/enabled").asBoolean()).isFalse();
		assertThat(on.at("/namespaces/public/exceptions").path("DEFAULT_GROUP@@" + name).asBoolean()).isTrue();
		JsonNode off = post("/nacosfailover",
				"{\"service\": \"%s\", \"enabled\": null, \"force\": true}".formatted(name), 200);
		assertThat(off.at("/namespaces/public/exceptions")).isEmpty();
		assertThat(message(post("/nacosfailover",
				"{\"service\": \"%s\", \"enabled\": true, \"duration\": \"1h\"}".formatted(name)), 400))
			.contains("duration");
		assertThat(message(post("/nacosfailover/orders", "{\"service\": \"other\", \"enabled\": true}"), 400))
			.contains("service");
	}

	@Test
	void asksWhetherAnotherNameWasMeant() {
		for (String path : List.of("/nacosfailover/oders", "/nacosfailover?service=ordres", "/nacosfailover/Orderz")) {
			assertThat(message(send("GET", path, null, ""), 404)).contains("did you mean DEFAULT_GROUP@@orders?");
		}
		assertThat(message(send("GET", "/nacosfailover/payments", null, ""), 404)).doesNotContain("did you mean");
		assertThat(message(post("/nacosfailover/oders", "{\"enabled\": true}"), 404)).contains("DEFAULT_GROUP@@orders");
		assertThat(message(post("/nacosfailover", "{\"enabled\": true, \"namespace\": \"pubic\"}"), 400))
			.contains("did you mean public");
		assertThat(message(post("/nacosfailover", "{\"enabled\": true, \"namespace\": \"other\"}"), 400))
			.doesNotContain("did you mean");
	}

	@Test
	void tellsFromWhereTheNextQueryIsAnsweredAndFromWhereTheLastWas() throws Exception {
		NamingService naming = bean(NamingService.class);
		String service = "/namespaces/public/services/DEFAULT_GROUP@@orders";
		post("/nacosfailover", "{\"enabled\": true, \"force\": true}", 200);
		assertThat(naming.getAllInstances("orders")).hasSize(1);
		JsonNode served = status().at(service);
		assertThat(served.path("servedFrom").asText()).isEqualTo("failover");
		assertThat(served.path("lastServedFrom").asText()).isEqualTo("failover");
		JsonNode off = post("/nacosfailover", "{\"enabled\": false, \"force\": true}", 200).at(service);
		assertThat(off.path("servedFrom").asText()).isEqualTo("live");
		assertThat(off.path("lastServedFrom").asText()).isEqualTo("failover");
	}

	@Test
	void aListenerThatThrowsDoesNotMakeASwitchLookFailed() {
		JsonNode on = post("/nacosfailover",
				"{\"enabled\": true, \"force\": true, \"reason\": \"%s\"}".formatted(Application.FAILING), 200);
		assertThat(on.at("/enabled").asBoolean()).isTrue();
		assertThat(get("/nacosfailover/history").at("/history/0/reason").asText()).isEqualTo(Application.FAILING);
	}

	private static JsonNode switchOf(JsonNode status) {
		return status.at("/namespaces/public/switch");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Own.class)
	static class Application {

		static final String FAILING = "a listener fails";

		@EventListener
		void heard(SwitchChangedEvent change) {
			if (FAILING.equals(change.reason())) {
				throw new AssertionError("on purpose");
			}
		}

		@Bean
		ServletRegistrationBean<Proxy> proxy() {
			ServletRegistrationBean<Proxy> registration = new ServletRegistrationBean<>(new Proxy(), "/proxied/*");
			registration.setAsyncSupported(true);
			return registration;
		}

	}

	@RestController
	static class Own {

		@PostMapping("/tools/actuator/nacosfailover")
		String own(@RequestHeader("Content-Type") String type, @RequestBody(required = false) String body) {
			return "own:" + type + ":" + ((body != null) ? body.length() : 0);
		}

	}

	/** Reads as gateways do. */
	static class Proxy extends HttpServlet {

		private static final long serialVersionUID = 1L;

		@Override
		protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
			AsyncContext async = request.startAsync();
			ServletInputStream input = request.getInputStream();
			ByteArrayOutputStream read = new ByteArrayOutputStream();
			input.setReadListener(new ReadListener() {

				@Override
				public void onDataAvailable() throws IOException {
					while (input.isReady() && !input.isFinished()) {
						int next = input.read();
						if (next >= 0) {
							read.write(next);
						}
					}
				}

				@Override
				public void onAllDataRead() throws IOException {
					response.getOutputStream()
						.write(("own:" + request.getContentType() + ":" + read.size())
							.getBytes(StandardCharsets.UTF_8));
					async.complete();
				}

				@Override
				public void onError(Throwable ex) {
					async.complete();
				}
			});
		}

	}

}
