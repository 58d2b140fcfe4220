package io.github.nacosfailover.compatibility;

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
		try (App app = App.start(App.EXPOSED + ",nacosfailoversnapshots",
				"--management.endpoint.nacosfailover.access=read-only")) {
			assertThat(app.status().path("namespaces").isObject()).isTrue();
			assertThat(app.post(ON).status()).isEqualTo(405);
			assertThat(app.exchange("GET", "/nacosfailoversnapshots", "").status()).isEqualTo(200);
			assertThat(app.exchange("POST", "/nacosfailoversnapshots", "{}").status()).isEqualTo(405);
			assertThat(app.status().path("enabled").booleanValue()).isFalse();
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
	void refusesToSwitchAsLongAsNoClientIsThere() {
		try (App app = App.start(App.EXPOSED)) {
			assertThat(app.status().path("enabled").booleanValue()).isFalse();
			assertThat(app.post(ON).expect(409).path("refused").get(0).textValue()).isNotBlank();
		}
	}

}
