package io.github.nacosfailover.actuate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.SharedNacos;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the other endpoints of the actuator tell of failover.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthInfoAndMetricsTests {

	@TempDir
	static Path home;

	private FailoverFiles files;

	private ConfigurableApplicationContext context;

	private EndpointClient actuator;

	private NamingService naming;

	private MeterRegistry meters;

	@BeforeAll
	void start() throws Exception {
		this.files = new FailoverFiles(home.resolve("failover")).service("orders", "10.9.9.1:80", "10.9.9.2:80");
		this.context = new SpringApplicationBuilder(Application.class)
			.properties("server.port=0", "management.endpoints.web.exposure.include=nacosfailover,health,info",
					// Other tests have them on the class path.
					"management.health.redis.enabled=false", "management.health.db.enabled=false",
					"management.endpoint.health.show-details=always", "management.endpoint.health.probes.enabled=true",
					"nacos.failover.disk.path=" + this.files.directory(),
					"nacos.failover.client.server-addr=" + SharedNacos.server().serverAddr(),
					"nacos.failover.metrics.max-services=2", "spring.main.banner-mode=off")
			.run();
		this.actuator = new EndpointClient(this.context);
		this.naming = this.context.getBean(NamingService.class);
		this.meters = this.context.getBean(MeterRegistry.class);
		// The first services in use are the ones that have meters of their own.
		this.naming.getAllInstances("orders");
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@BeforeEach
	void switchOff() {
		this.actuator.post("{\"enabled\": false, \"force\": true}", 200);
	}

	@Test
	void healthIsUpWhileOffAndTellsOfProblems() throws Exception {
		assertThat(component().at("/status").asText()).isEqualTo("UP");
		assertThat(this.actuator.get("/health", 200).at("/status").asText()).isEqualTo("UP");
		this.files.write("DEFAULT_GROUP%40%40broken", "{");
		await().until(() -> component().at("/details/public/problems").size() == 1);
		assertThat(component().at("/status").asText()).isEqualTo("UP");
		assertThat(component().at("/details/public/problems/0").asText()).contains("broken");
		Files.delete(this.files.directory().resolve("DEFAULT_GROUP%40%40broken"));
		await().until(() -> component().at("/details/public/problems").isMissingNode());
	}

	@Test
	void healthIsFailoverWhileOnAndStillAnsweredWith200() {
		this.actuator.post("{\"enabled\": true, \"reason\": \"upgrade\", \"duration\": \"1s\"}", 200);
		JsonNode component = component();
		assertThat(component.at("/status").asText()).isEqualTo("FAILOVER");
		assertThat(component.at("/details/public/enabled").asBoolean()).isTrue();
		assertThat(component.at("/details/public/by").asText()).isEqualTo("http");
		assertThat(component.at("/details/public/reason").asText()).isEqualTo("upgrade");
		assertThat(this.actuator.get("/health", 200).at("/status").asText()).isEqualTo("FAILOVER");
		await().until(() -> component().at("/details/public/overdue").asBoolean());
	}

	@Test
	void anErrorOfAListenerOfTheApplicationIsAProblemAndTheSwitchIsApplied() {
		AtomicBoolean broken = new AtomicBoolean(true);
		this.context.addApplicationListener(new BrokenListener(broken));
		JsonNode answer = this.actuator.post("{\"enabled\": true}", 200);
		assertThat(answer.at("/enabled").asBoolean()).isTrue();
		assertThat(answer.at("/namespaces/public/problems/0/location").asText())
			.isEqualTo("listeners of the application for SwitchChangedEvent");
		assertThat(answer.at("/namespaces/public/problems/0/message").asText())
			.contains("java.lang.AssertionError: on purpose");
		assertThat(component().at("/details/public/problems").size()).isEqualTo(1);
		assertThat(this.meters.get("nacos.failover.problems").gauge().value()).isEqualTo(1);
		broken.set(false);
		answer = this.actuator.post("{\"enabled\": false, \"force\": true}", 200);
		assertThat(answer.at("/namespaces/public/problems").size()).isZero();
	}

	@Test
	void healthTellsOfAWayBackThatIsArmed() {
		this.actuator.post("{\"enabled\": true}", 200);
		assertThat(component().at("/details/public").has("whenSafe")).isFalse();
		this.actuator.post("{\"enabled\": false, \"whenSafe\": \"30m\", \"reason\": \"done\"}", 202);
		JsonNode whenSafe = component().at("/details/public/whenSafe");
		assertThat(whenSafe.at("/by").asText()).isEqualTo("http");
		assertThat(whenSafe.at("/reason").asText()).isEqualTo("done");
		assertThat(whenSafe.at("/until").asText()).isNotEmpty();
		assertThat(whenSafe.at("/waitingFor")).hasSize(1);
	}

	@Test
	void healthIsFailoverWhileOneServiceIsOnByItself() {
		this.actuator.post("/nacosfailover/orders", "{\"enabled\": true}", 200);
		assertThat(component().at("/status").asText()).isEqualTo("FAILOVER");
		this.actuator.post("/nacosfailover/orders", "{\"enabled\": null, \"force\": true}", 200);
		assertThat(component().at("/status").asText()).isEqualTo("UP");
	}

	@Test
	void livenessAndReadinessKnowNothingOfIt() {
		this.actuator.post("{\"enabled\": true}", 200);
		for (String group : List.of("liveness", "readiness")) {
			JsonNode health = this.actuator.get("/health/" + group, 200);
			assertThat(health.at("/status").asText()).isEqualTo("UP");
			assertThat(health.at("/components").has("nacosFailover")).isFalse();
		}
	}

	@Test
	void infoTellsWhatIsOnAndWhatThereIs() {
		this.actuator.post("{\"enabled\": true}", 200);
		JsonNode info = this.actuator.get("/info", 200).at("/nacosFailover");
		assertThat(info.at("/nacosClient").asText()).isNotBlank();
		assertThat(info.at("/namespaces/public/enabled").asBoolean()).isTrue();
		assertThat(info.at("/namespaces/public/backups").asInt()).isEqualTo(1);
	}

	@Test
	void metersTellWhatIsServedAndWhoSwitched() throws Exception {
		double switches = switches("applied");
		assertThat(gauge("enabled")).isZero();
		double live = queries("live");
		double backup = queries("backup");
		this.naming.getAllInstances("orders");
		this.actuator.post("{\"enabled\": true}", 200);
		this.naming.getAllInstances("orders");
		this.naming.getAllInstances("orders");
		assertThat(gauge("enabled")).isEqualTo(1);
		assertThat(gauge("backups")).isEqualTo(1);
		assertThat(gauge("backup.instances")).isEqualTo(2);
		assertThat(gauge("backup.age")).isPositive();
		assertThat(gauge("problems")).isZero();
		assertThat(queries("live") - live).isEqualTo(1);
		assertThat(queries("backup") - backup).isEqualTo(2);
		assertThat(this.meters.get("nacos.failover.service.queries")
			.tags("service", "DEFAULT_GROUP@@orders", "from", "backup")
			.functionCounter()
			.count()).isGreaterThanOrEqualTo(2);
		assertThat(switches("applied") - switches).isEqualTo(1);
		assertThat(this.meters.get("nacos.failover.switch.time").timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
	}

	@Test
	void metersOfServicesAreBounded() throws Exception {
		for (int i = 0; i < 5; i++) {
			this.naming.getAllInstances("unknown-" + i);
		}
		assertThat(this.meters.get("nacos.failover.service.queries").functionCounters()).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void snapshotsAreCounted() {
		this.context.publishEvent(new SnapshotTakenEvent("public", "1", "test", Set.of()));
		assertThat(this.meters.get("nacos.failover.snapshots").tags("result", "taken").counter().count()).isEqualTo(1);
	}

	@Test
	void theClientsOwnGaugeIsNotRegistered() {
		Metrics.globalRegistry.gauge("nacos_naming_client_failover_instances", 1);
		assertThat(Metrics.globalRegistry.find("nacos_naming_client_failover_instances").meters()).isEmpty();
	}

	private JsonNode component() {
		return this.actuator.get("/health", 200).at("/components/nacosFailover");
	}

	private double gauge(String name) {
		return this.meters.get("nacos.failover." + name).tags("namespace", "public").gauge().value();
	}

	private double queries(String from) {
		return this.meters.get("nacos.failover.queries").tags("from", from).functionCounter().count();
	}

	private double switches(String outcome) {
		return this.meters.find("nacos.failover.switches")
			.tags("origin", "http", "outcome", outcome)
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
	}

	/** Throws an error, if it is to. */
	private record BrokenListener(
			AtomicBoolean broken) implements ApplicationListener<PayloadApplicationEvent<SwitchChangedEvent>> {

		@Override
		public void onApplicationEvent(PayloadApplicationEvent<SwitchChangedEvent> event) {
			if (this.broken.get()) {
				throw new AssertionError("on purpose");
			}
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
