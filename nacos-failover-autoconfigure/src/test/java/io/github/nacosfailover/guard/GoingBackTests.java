package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.testsupport.Contexts;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Switching off over HTTP when the application, or the server, knows less than before.
 */
class GoingBackTests extends SwitchTestBase {

	@Test
	void applicationThatHasJustStartedDoesNotGoBackToAServerThatIsEmpty() {
		this.files.service(this.orders, "10.9.9.1:80", "10.9.9.2:80", "10.9.9.3:80", "10.9.9.4:80").on();
		restart("nacos.failover.guard.on-expiry=off-if-safe");
		await().until(() -> this.endpoint.status().at("/namespaces/public/serverStatus").asText().equals("UP"));
		assertThat(this.endpoint.status().at("/enabled").asBoolean()).isTrue();
		JsonNode off = preflight("").at("/off");
		assertThat(off.at("/allowed").asBoolean()).isFalse();
		assertThat(off.at("/refused/0").asText()).contains(this.orders + " 0 of 4");
		JsonNode refused = this.endpoint.post("{\"enabled\": false}", 409);
		assertThat(refused.at("/refused/0").asText()).contains(this.orders + " 0 of 4");
		assertThat(Contexts.addresses(this.naming, this.orders)).hasSize(4);
		JsonNode one = this.endpoint.post("/nacosfailover/" + this.orders, "{\"enabled\": false}", 409);
		assertThat(one.at("/refused/0").asText()).contains(this.orders + " 0 of 4");
		JsonNode forced = this.endpoint.post("{\"enabled\": false, \"force\": true}", 200);
		assertThat(forced.at("/namespaces/public/switch/findings/0").asText()).contains(this.orders + " 0 of 4");
	}

	@Test
	void othersThanInTheBackupAndFewerAreToldWhenSwitchingOff() throws Exception {
		this.files.service(this.orders, "10.0.0.1:80", "10.0.0.2:80", "10.9.9.3:80", "10.9.9.4:80")
			.service(this.payments, "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
		register(this.orders, "10.0.0.1", "10.0.0.2", "10.0.0.5", "10.0.0.6");
		register(this.payments, "10.0.0.1", "10.0.0.2");
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 2);
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 4);
		await().until(() -> Contexts.addresses(this.naming, this.payments).size() == 2);
		this.endpoint.post("{\"enabled\": true}", 200);
		JsonNode off = preflight("").at("/off");
		assertThat(off.at("/allowed").asBoolean()).isTrue();
		JsonNode done = this.endpoint.post("{\"enabled\": false}", 200);
		List<String> findings = texts(done.at("/namespaces/public/switch/findings"));
		assertThat(findings).isEqualTo(texts(off.at("/warnings")))
			.containsExactlyInAnyOrder(
					"2 of 4 live instances of DEFAULT_GROUP@@%s are not in its backup".formatted(this.orders),
					"not all of the healthy instances in the backup are live: DEFAULT_GROUP@@%s 2 of 3"
						.formatted(this.payments));
	}

	@Test
	void serviceThatWasInUseBeforeARestartIsMissingWhetherItIsAskedForOrNot() throws Exception {
		restart("nacos.failover.snapshot.enabled=false");
		NamingService provider = register(this.orders, "10.0.0.1");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 1);
		provider.shutDown();
		this.server.kill();
		restart("nacos.failover.snapshot.enabled=false");
		assertThat(texts(preflight("").at("/missing"))).containsExactly("DEFAULT_GROUP@@" + this.orders);
		// What fails now is asked for all the same; a name is no service.
		assertThat(Contexts.addresses(this.naming, this.orders)).singleElement().asString().contains("failed");
		assertThat(Contexts.addresses(this.naming, "admin-php")).singleElement().asString().contains("failed");
		JsonNode services = this.endpoint.status().at("/namespaces/public/services");
		assertThat(services.has("DEFAULT_GROUP@@" + this.orders)).isTrue();
		assertThat(services.at("/DEFAULT_GROUP@@admin-php/servedFrom").isNull()).isTrue();
		assertThat(texts(preflight("").at("/missing"))).containsExactly("DEFAULT_GROUP@@" + this.orders);
		assertThat(preflight("").at("/inUse").asInt()).isEqualTo(1);
	}

	@Test
	void noLeaseEndsAtAServerThatIsUpButEmpty() {
		this.files.service(this.orders, "10.9.9.1:80", "10.9.9.2:80");
		await().until(() -> this.endpoint.status().at("/namespaces/public/services").size() == 1);
		await().until(() -> Contexts.addresses(this.naming, this.orders).isEmpty());
		this.endpoint.post("{\"enabled\": true, \"duration\": \"1s\"}", 200);
		await().until(() -> this.endpoint.status().at("/namespaces/public/switch/overdue").asBoolean());
		FailoverEngine engine = this.context.getBean(FailoverEngine.class);
		FailoverNamespace namespace = engine.namespaces().iterator().next();
		SafeEnd end = new SafeEnd(namespace, engine.rules().guard(),
				new LeaseTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
		await().until(() -> {
			end.watchServer();
			return end.hindrances(namespace.view()).stream().anyMatch((reason) -> reason.contains("0 of 2"));
		});
		for (int i = 0; i < 3; i++) {
			assertThat(end.hindrances(namespace.view())).singleElement().asString().contains("0 of 2");
		}
	}

}
