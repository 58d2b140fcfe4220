package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.testsupport.Contexts;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Going back over HTTP as soon as that is safe, with a real server.
 */
class WhenSafeTests extends SwitchTestBase {

	private static final String WHEN_SAFE = "/namespaces/public/whenSafe";

	private static final String[] WHOLE = { "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80" };

	@Override
	protected Class<?> application() {
		return Impatient.class;
	}

	private NamingService start(String service, String... ips) throws Exception {
		NamingService provider = register(service, ips);
		this.files.service(service, WHOLE);
		await().until(() -> Contexts.addresses(this.naming, service).size() == ips.length);
		await().until(() -> backedUp(service) == WHOLE.length);
		return provider;
	}

	private JsonNode whenSafe() {
		return this.endpoint.status().at(WHEN_SAFE);
	}

	private String waitingFor() {
		return texts(whenSafe().at("/waitingFor")).toString();
	}

	private boolean isOn() {
		return this.endpoint.status().at("/enabled").asBoolean();
	}

	private List<String> returns() {
		return StreamSupport
			.stream(this.endpoint.get("/nacosfailover/history", 200).at("/history").spliterator(), false)
			.filter((change) -> change.at("/action").asText().equals("return"))
			.map((change) -> change.at("/detail").asText())
			.toList();
	}

	@Test
	void serverThatComesBackEmptyAndFillsUpIsGoneBackToOnceAndWhole() throws Exception {
		NamingService provider = start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
		this.endpoint.post("{\"enabled\": true}", 200);
		AtomicInteger fewest = new AtomicInteger(Integer.MAX_VALUE);
		AtomicBoolean end = new AtomicBoolean();
		Thread queries = new Thread(() -> {
			while (!end.get()) {
				int found = Contexts.addresses(this.naming, this.orders).size();
				fewest.accumulateAndGet(found, Math::min);
			}
		});
		queries.start();
		provider.shutDown();
		this.server.kill();
		await().until(() -> this.endpoint.status().at("/namespaces/public/serverStatus").asText().equals("DOWN"));
		JsonNode armed = this.endpoint
			.post("{\"enabled\": false, \"whenSafe\": \"30m\", \"reason\": \"upgrade done\"}", 202)
			.at(WHEN_SAFE);
		assertThat(armed.at("/by").asText()).isEqualTo("http");
		assertThat(armed.at("/reason").asText()).isEqualTo("upgrade done");
		assertThat(armed.at("/until").asText()).isNotEmpty();
		assertThat(armed.has("services")).isFalse();
		await().until(() -> waitingFor().contains("not been up"));
		this.server.restart();
		await().until(() -> waitingFor().contains(this.orders + " 0 of 4"));
		register(this.orders, "10.0.0.1");
		await().until(() -> waitingFor().contains(this.orders + " 1 of 4"));
		register(this.orders, "10.0.0.2", "10.0.0.3");
		// An operator would be allowed to switch off now.
		await().until(() -> waitingFor().contains(this.orders + " 3 of 4"));
		assertThat(preflight("").at("/off/allowed").asBoolean()).isTrue();
		assertThat(isOn()).isTrue();
		register(this.orders, "10.0.0.4");
		await().until(() -> !isOn());
		await().until(() -> whenSafe().isMissingNode());
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(4);
		end.set(true);
		queries.join();
		assertThat(fewest).hasValue(4);
		assertThat(returns()).containsExactly("carried out", "armed");
		JsonNode history = this.endpoint.get("/nacosfailover/history", 200).at("/history");
		List<JsonNode> off = StreamSupport.stream(history.spliterator(), false)
			.filter((change) -> change.at("/action").asText().equals("switch"))
			.filter((change) -> !change.at("/after").asBoolean())
			.toList();
		assertThat(off).singleElement().satisfies((change) -> {
			assertThat(change.at("/outcome").asText()).isEqualTo("applied");
			assertThat(change.at("/by").asText()).isEqualTo("http");
			assertThat(change.at("/origin").asText()).isEqualTo("http");
			assertThat(change.at("/reason").asText()).isEqualTo("upgrade done");
			assertThat(change.at("/findings")).isEmpty();
		});
		// Nobody switches off what is switched on again.
		this.endpoint.post("{\"enabled\": true}", 200);
		staysOn();
	}

	private void staysOn() {
		await().during(Duration.ofSeconds(3)).until(this::isOn);
	}

	@Test
	void anyOtherSwitchCancels() throws Exception {
		start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3");
		this.endpoint.post("{\"enabled\": true}", 200);
		this.endpoint.post("{\"enabled\": false, \"whenSafe\": \"30m\"}", 202);
		await().until(() -> waitingFor().contains("3 of 4"));
		// The switch stays as it is, and yet somebody has thrown it.
		assertThat(this.endpoint.post("{\"enabled\": true}", 200).at(WHEN_SAFE).isMissingNode()).isTrue();
		register(this.orders, "10.0.0.4");
		staysOn();
		assertThat(returns()).containsExactly("cancelled: switched on by http", "armed");
		this.endpoint.post("{\"enabled\": false, \"whenSafe\": \"PT30M\"}", 202);
		this.files.off();
		await().until(() -> whenSafe().isMissingNode());
		assertThat(returns()).hasSize(4).first().isEqualTo("cancelled: switched off by file");
		await().until(() -> history("by").contains("file"));
	}

	@Test
	void itExpires() throws Exception {
		start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3");
		this.endpoint.post("{\"enabled\": true}", 200);
		this.endpoint.post("{\"enabled\": false, \"whenSafe\": \"3s\"}", 202);
		assertThat(whenSafe().isMissingNode()).isFalse();
		await().until(() -> whenSafe().isMissingNode());
		register(this.orders, "10.0.0.4");
		staysOn();
		assertThat(returns()).hasSize(2).first().asString().startsWith("expired, waiting for: ").contains("3 of 4");
	}

	@Test
	void servicesGoBackOneByOne() throws Exception {
		start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3");
		start(this.payments, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
		String both = "{\"enabled\": false, \"whenSafe\": \"30m\", \"services\": [\"%s\", \"DEFAULT_GROUP@@%s\"]}"
			.formatted(this.orders, this.payments);
		this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": true}", 200);
		JsonNode refused = this.endpoint.post(both, 409);
		assertThat(texts(refused.at("/refused"))).singleElement()
			.asString()
			.contains(this.payments + " is not on by itself");
		this.endpoint.post("/nacosfailover/" + this.payments, "{\"enabled\": true}", 200);
		JsonNode armed = this.endpoint.post(both, 202).at(WHEN_SAFE);
		assertThat(texts(armed.at("/services"))).containsExactlyInAnyOrder("DEFAULT_GROUP@@" + this.orders,
				"DEFAULT_GROUP@@" + this.payments);
		await().until(() -> texts(whenSafe().at("/services")).equals(List.of("DEFAULT_GROUP@@" + this.orders)));
		assertThat(waitingFor()).contains("3 of 4");
		JsonNode exceptions = this.endpoint.status().at("/namespaces/public/exceptions");
		assertThat(exceptions.has("DEFAULT_GROUP@@" + this.payments)).isFalse();
		assertThat(exceptions.at("/DEFAULT_GROUP@@" + this.orders).asBoolean()).isTrue();
		register(this.orders, "10.0.0.4");
		await().until(() -> this.endpoint.status().at("/namespaces/public/exceptions").isEmpty());
		await().until(() -> whenSafe().isMissingNode());
		assertThat(returns()).first().isEqualTo("carried out");
	}

	@Test
	void serviceThatSomebodyElseSwitchesIsLeftToThem() throws Exception {
		start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3");
		String path = "/nacosfailover/" + this.orders;
		this.endpoint.post(path, "{\"enabled\": true}", 200);
		this.endpoint.post("{\"enabled\": false, \"whenSafe\": \"30m\", \"services\": [\"%s\"]}".formatted(this.orders),
				202);
		assertThat(this.endpoint.post(path, "{\"enabled\": true}", 200).at(WHEN_SAFE).isMissingNode()).isTrue();
		assertThat(returns()).first().isEqualTo("cancelled: switched on by http");
	}

	@Test
	void requestsAreChecked() throws Exception {
		start(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
		assertThat(this.endpoint.post("{\"enabled\": false, \"whenSafe\": \"30m\"}", 409).at("/refused/0").asText())
			.contains("failover is not on");
		this.endpoint.post("{\"enabled\": true}", 200);
		for (String body : List.of("\"enabled\": false, \"whenSafe\": \"0s\"",
				"\"enabled\": false, \"whenSafe\": \"-5m\"", "\"enabled\": false, \"whenSafe\": \"366d\"",
				"\"enabled\": false, \"whenSafe\": \"30\"", "\"enabled\": false, \"whenSafe\": \"soon\"",
				"\"enabled\": false, \"whenSafe\": 30", "\"enabled\": true, \"whenSafe\": \"30m\"",
				"\"enabled\": null, \"whenSafe\": \"30m\"",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"force\": true",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"plan\": \"x\"",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"duration\": \"5m\"",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"services\": []",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"services\": \"orders\"",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"services\": [1]",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"services\": [\" \"]",
				"\"enabled\": false, \"services\": [\"orders\"]",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"service\": \"orders\"",
				"\"enabled\": false, \"whenSafe\": \"30m\", \"namespace\": \"nowhere\"")) {
			this.endpoint.post("{" + body + "}", 400);
		}
		assertThat(whenSafe().isMissingNode()).isTrue();
		assertThat(isOn()).isTrue();
	}

	/** Looks more often than an application does. */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Impatient {

		private static final Duration SHORT = Duration.ofMillis(100);

		@Bean
		@Lazy(false)
		SwitchLease lease(FailoverEngine engine, Preflight preflight) {
			return new SwitchLease(engine, false, preflight, new LeaseTimes(SHORT, SHORT, SHORT, SHORT));
		}

	}

}
