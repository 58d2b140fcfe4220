package io.github.nacosfailover.compatibility;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may see and use the endpoint over HTTP.
 */
class AccessTests {

	private static final String ON = "{\"enabled\": true}";

	@Test
	void isNotExposedByDefault() {
		try (App app = App.start()) {
			assertThat(app.get("").status()).isEqualTo(404);
			assertThat(app.post(ON).status()).isEqualTo(404);
		}
	}

	@Test
	void canBeMadeReadOnly() {
		try (App app = App.start(App.EXPOSED + ",nacosfailoversnapshots,nacosfailoverconsole",
				"--management.endpoint.nacosfailover.access=read-only")) {
			assertThat(app.status().path("namespaces").isObject()).isTrue();
			assertThat(app.post(ON).status()).isEqualTo(405);
			assertThat(app.exchange("GET", "/nacosfailoversnapshots", "").status()).isEqualTo(200);
			assertThat(app.exchange("POST", "/nacosfailoversnapshots", "{}").status()).isEqualTo(405);
			assertThat(app.status().path("enabled").booleanValue()).isFalse();
			App.Answer console = app.actuator("/nacosfailoverconsole");
			assertThat(console.status()).isEqualTo(200);
			assertThat(console.body()).contains("\"nacosfailover\":{\"path\":\"nacosfailover\",\"writable\":false}");
			assertThat(console.headers().allValues("Content-Security-Policy")).singleElement()
				.asString()
				.contains("script-src 'nonce-");
			assertThat(console.headers().allValues("Content-Type")).singleElement().asString().startsWith("text/html");
		}
	}

	@Test
	void canBeHidden() {
		try (App app = App.start(App.EXPOSED, "--management.endpoint.nacosfailover.access=none")) {
			assertThat(app.get("").status()).isEqualTo(404);
			assertThat(app.post(ON).status()).isEqualTo(404);
		}
	}

	@Test
	void theSwitchObeysTheBodyAlone() {
		try (App app = App.start(App.EXPOSED)) {
			for (String path : List.of("/nacosfailover", "/nacosfailove%72", "/nacosfailover;a=b",
					"/nacosfailover/orders")) {
				assertThat(app.exchange("POST", path, ON, "text/plain").status()).isEqualTo(415);
				assertThat(app.exchange("POST", path, ON, null).status()).isEqualTo(415);
				assertThat(app.exchange("POST", path, "", null).status()).isEqualTo(415);
				assertThat(app.exchange("POST", path + "?service=other&enabled=true", "{\"enabled\": false}")
					.expect(400)
					.path("message")
					.textValue()).contains("enabled, service");
				assertThat(
						app.exchange("POST", path, "{\"enabled\": \"true\"}").expect(400).path("message").textValue())
					.contains("enabled");
				// Well-formed, and then there is nothing to switch yet.
				assertThat(app.exchange("POST", path, ON).status()).isIn(404, 409);
			}
		}
	}

	@Test
	void refusesToSwitchAsLongAsNoClientIsThere() {
		try (App app = App.start(App.EXPOSED)) {
			assertThat(app.status().path("enabled").booleanValue()).isFalse();
			assertThat(app.post(ON).expect(409).path("refused").get(0).textValue()).isNotBlank();
		}
	}

}
