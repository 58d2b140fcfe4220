package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.testsupport.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LiveServices}.
 */
class LiveServicesTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey HANGING = ServiceKey.of("DEFAULT_GROUP", "hanging");

	private final ExecutorService executor = Executors.newFixedThreadPool(2);

	private final ScriptedClient client = new ScriptedClient();

	private final FailoverNamespace namespace = new InMemoryStore().namespace();

	@AfterEach
	void stop() {
		this.client.end.countDown();
		this.executor.shutdownNow();
	}

	@Test
	void asManyInstancesCountAsServerAndClientAgreeOn() {
		this.client.told = instances(4);
		this.client.cached = instances(1);
		assertThat(ask(ORDERS).get(ORDERS).healthy()).isEqualTo(1);
		this.client.told = instances(0);
		this.client.cached = instances(4);
		assertThat(ask(ORDERS).get(ORDERS).healthy()).isZero();
		assertThat(ask(ORDERS).get(ORDERS).told()).isEmpty();
	}

	@Test
	void serviceThatTheServerDoesNotAnswerForIsMissingAndHoldsUpNoOther() {
		this.client.told = instances(2);
		this.client.cached = instances(2);
		assertThat(ask(HANGING, ORDERS)).containsOnlyKeys(ORDERS);
	}

	@Test
	void failureIsNoAnswer() {
		this.client.told = null;
		assertThat(ask(ORDERS)).isEmpty();
	}

	private Map<ServiceKey, Live> ask(ServiceKey... keys) {
		this.namespace.addClient(this.client);
		return new LiveServices(this.executor, Duration.ofSeconds(1)).ask(this.namespace, List.of(keys));
	}

	private static List<Instance> instances(int count) {
		List<Instance> instances = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Instance instance = new Instance();
			instance.setIp("10.0.0." + i);
			instance.setPort(80);
			instances.add(instance);
		}
		return instances;
	}

	private static final class ScriptedClient implements NamespaceClient {

		private final CountDownLatch end = new CountDownLatch(1);

		private volatile List<Instance> told;

		private volatile List<Instance> cached;

		@Override
		public boolean countsQueries() {
			return true;
		}

		@Override
		public void viewChanged() {
		}

		@Override
		public boolean awaitApplied(View view, Duration timeout) {
			return true;
		}

		@Override
		public String serverStatus() {
			return "UP";
		}

		@Override
		public List<Instance> live(ServiceKey key) {
			return this.cached;
		}

		@Override
		public List<Instance> ask(ServiceKey key) throws NacosException {
			if (key.equals(HANGING)) {
				try {
					this.end.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			if (this.told == null) {
				throw new NacosException(NacosException.SERVER_ERROR, "on purpose");
			}
			return this.told;
		}

		@Override
		public List<String> servicesOfServer(int page, int size, String group) {
			return List.of();
		}

	}

}
