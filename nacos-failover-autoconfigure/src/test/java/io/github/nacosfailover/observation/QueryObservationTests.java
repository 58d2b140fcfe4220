package io.github.nacosfailover.observation;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.client.QueryObserver;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.guard.SwitchTestBase;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.testsupport.Contexts;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * Observations of queries, with a real server.
 */
class QueryObservationTests extends SwitchTestBase {

	private static final String ENABLED = "nacos.failover.observations.enabled=true";

	private static final String DELAY = "nacos.failover.snapshot.delay=1s";

	@Override
	protected Class<?> application() {
		return ObservedApplication.class;
	}

	@Test
	void queryTellsWhereItIsAnsweredFrom() throws Exception {
		restart(ENABLED, DELAY);
		register(this.orders, "10.0.0.1", "10.0.0.2");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
		assertThat(keysOfLast()).contains(entry("nacos.failover.served-from", "live"),
				entry("nacos.failover.namespace", "public"), entry("nacos.failover.method", "getAllInstances"),
				entry("nacos.failover.service", "DEFAULT_GROUP@@" + this.orders));
		assertThat(servedFrom(this.naming.getAllInstances(this.orders))).containsOnly("");
		await().until(() -> backedUp(this.orders) == 2);
		this.endpoint.post("/nacosfailover", "{\"enabled\": true}", 200);
		assertThat(servedFrom(this.naming.selectInstances(this.orders, true))).containsOnly("backup");
		assertThat(keysOfLast()).contains(entry("nacos.failover.served-from", "backup"),
				entry("nacos.failover.method", "selectInstances"));
		assertThat(servedFrom(List.of(this.naming.selectOneHealthyInstance(this.orders)))).containsOnly("backup");
		this.endpoint.post("/nacosfailover", "{\"enabled\": false}", 200);
		assertThat(servedFrom(this.naming.getAllInstances(this.orders))).containsOnly("");
		assertThat(keysOfLast()).contains(entry("nacos.failover.served-from", "live"));
	}

	@Test
	void holdIsToldFromABackupAndNeitherIsSaved() throws Exception {
		restart(ENABLED, DELAY, "nacos.failover.detector.mode=off");
		register(this.orders, "10.0.0.1", "10.0.0.2");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 2);
		await().until(() -> backedUp(this.orders) == 2);
		FailoverNamespace namespace = this.context.getBean(FailoverEngine.class).namespaces("public").iterator().next();
		ServiceKey key = ServiceKey.of("DEFAULT_GROUP", this.orders);
		BackupRef backup = namespace.view().backups().find(key);
		assertThat(backup).isNotNull();
		namespace.adjust((adjustments) -> adjustments.withHeld(Map.of(key, backup)));
		assertThat(servedFrom(this.naming.getAllInstances(this.orders))).containsOnly("hold");
		assertThat(keysOfLast()).contains(entry("nacos.failover.served-from", "hold"));
		namespace.adjust((adjustments) -> adjustments.withHeld(Map.of()));
		register(this.orders, "10.0.0.3");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 3);
		await().until(() -> backedUp(this.orders) == 3);
		String file = "DEFAULT_GROUP%40%40" + this.orders;
		assertThat(Files.readString(this.files.directory().resolve(file))).contains("10.0.0.3")
			.doesNotContain(QueryObservations.SERVED_FROM);
	}

	@Test
	void queryThatFailsIsAnError() {
		restart(ENABLED);
		assertThatIllegalStateException().isThrownBy(() -> this.naming.selectOneHealthyInstance(this.orders));
		assertThat(observed().get(observed().size() - 1).getError()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void handlerThatFailsHarmsNoQueryAndIsListed() throws Exception {
		restart(ENABLED, "test.failing=true");
		register(this.orders, "10.0.0.1");
		await().until(() -> Contexts.addresses(this.naming, this.orders).size() == 1);
		assertThat(this.endpoint.status().at("/namespaces/public/problems").toString())
			.contains("observation of queries")
			.contains("handler of a test");
	}

	@Test
	void conventionOfTheApplicationIsUsed() throws Exception {
		restart(ENABLED, "test.convention=true");
		this.naming.getAllInstances(this.orders);
		assertThat(keysOfLast()).contains(entry("own", "getAllInstances"));
	}

	@Test
	void nothingIsObservedUnlessItIsEnabled() throws Exception {
		assertThat(this.context.getBeansOfType(QueryObserver.class)).isEmpty();
		this.naming.getAllInstances(this.orders);
		assertThat(observed()).isEmpty();
	}

	private List<Observation.Context> observed() {
		return this.context.getBean(Recorder.class).contexts;
	}

	private Map<String, String> keysOfLast() {
		List<Observation.Context> observed = observed();
		return observed.get(observed.size() - 1)
			.getAllKeyValues()
			.stream()
			.collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
	}

	private static List<String> servedFrom(List<Instance> instances) {
		return instances.stream()
			.map((instance) -> instance.getMetadata().getOrDefault(QueryObservations.SERVED_FROM, ""))
			.toList();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class ObservedApplication extends Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		ObservationRegistry observationRegistry(Recorder recorder, Environment environment) {
			ObservationRegistry registry = ObservationRegistry.create();
			recorder.failing = environment.getProperty("test.failing", Boolean.class, false);
			registry.observationConfig().observationHandler(recorder);
			return registry;
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnProperty("test.convention")
		static class OwnConvention {

			@Bean
			NamingQueryObservationConvention convention() {
				return new DefaultNamingQueryObservationConvention() {

					@Override
					public KeyValues getLowCardinalityKeyValues(NamingQueryObservationContext context) {
						return KeyValues.of("own", context.getMethod());
					}

				};
			}

		}

	}

	/** Records what was observed. */
	static class Recorder implements ObservationHandler<NamingQueryObservationContext> {

		final List<Observation.Context> contexts = new CopyOnWriteArrayList<>();

		volatile boolean failing;

		@Override
		public void onStart(NamingQueryObservationContext context) {
			if (this.failing) {
				throw new IllegalStateException("handler of a test");
			}
		}

		@Override
		public void onStop(NamingQueryObservationContext context) {
			this.contexts.add(context);
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof NamingQueryObservationContext;
		}

	}

}
