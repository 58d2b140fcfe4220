package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.LoadingBackup;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the Nacos client sees of our failures where it calls us: nothing.
 */
class ClientHookTests {

	private static final ServiceKey ORDERS = ServiceKey.parseLenient("orders");

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<NamingService> clients = new ArrayList<>();

	private final List<ClientBridge> bridges = new ArrayList<>();

	private final InMemoryStore store = new InMemoryStore();

	private FailoverEngine engine;

	@TempDir
	Path home;

	@BeforeEach
	void prime() {
		Bridges.prime();
	}

	@AfterEach
	void close() {
		this.clients.forEach(OfflineClients::shutDown);
		if (this.engine != null) {
			Bridges.deactivate(this.engine);
			this.engine.close();
		}
		this.threads.shutdownNow();
		// Without a client nothing ends them but the garbage collector.
		this.bridges.forEach(Bridges::unregister);
	}

	@Test
	void nobodyWaitsForABridgeThatIsOpeningItsNamespace() throws Exception {
		CountDownLatch opening = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		activate(new FailoverEngine(this.store, () -> {
			opening.countDown();
			awaitQuietly(release);
			return Map.of();
		}));
		ClientBridge bridge = bridge();
		Future<?> reactor = this.threads.submit(bridge::getSwitch);
		try {
			assertThat(opening.await(30, TimeUnit.SECONDS)).isTrue();
			// As a namespace does under its lock, and a context that closes.
			Future<?> telling = this.threads.submit(() -> {
				bridge.viewChanged();
				bridge.detach(this.engine);
			});
			telling.get(30, TimeUnit.SECONDS);
			assertThat(reactor.isDone()).isFalse();
		}
		finally {
			release.countDown();
		}
		await().until(() -> bridge.active() != null);
		reactor.cancel(true);
	}

	@Test
	void clientStartsThoughItsNamespaceCannotBeOpened() throws Exception {
		activate(new FailoverEngine(new Stores(), Map::of));
		NamingService client = client(OfflineClients.properties(this.home));
		OfflineClients.files(this.home)
			.write("DEFAULT_GROUP%40%40orders", "{\"name\":\"orders\",\"hosts\":[{\"ip\":\"10.9.9.1\",\"port\":80}]}")
			.on();
		// The stock behaviour goes on, at the pace of the stock client.
		await().atMost(Duration.ofSeconds(15)).until(() -> addresses(client, "orders").equals(List.of("10.9.9.1:80")));
		assertThat(this.engine.faults().current().values()).singleElement()
			.asString()
			.contains("java.lang.AssertionError: on purpose");
	}

	@Test
	void clientStartsWhereItsDirectoryIsNone() throws Exception {
		activate(new FailoverEngine(this.store, Map::of));
		Properties properties = OfflineClients.properties(this.home);
		properties.setProperty("JM.SNAPSHOT.PATH", this.home + "/a\0b");
		assertThat(client(properties)).isNotNull();
		assertThat(this.engine.faults().current().keySet()).anyMatch((what) -> what.contains("directory"));
	}

	@Test
	void backupThatCannotBeLoadedHarmsNeitherTheReactorNorQueriesOfAnUndecoratedClient() throws Exception {
		activate(new FailoverEngine(this.store, Map::of));
		NamingService client = client(OfflineClients.properties(this.home));
		FailoverNamespace namespace = this.engine.namespaces().iterator().next();
		List<Error> failures = new ArrayList<>(List.of(new AssertionError("on purpose")));
		Backup backup = Backup.copyOf(ORDERS, List.of(instance("10.9.9.1")));
		this.store.on(new LoadingBackup(ORDERS, () -> {
			if (!failures.isEmpty()) {
				throw failures.get(0);
			}
			return backup;
		}));
		await()
			.until(() -> namespace.problems().stream().map(Problem::message).anyMatch((it) -> it.contains("purpose")));
		assertThat(addresses(client, "orders")).doesNotContain("10.9.9.1:80");
		failures.clear();
		await().atMost(Duration.ofSeconds(15)).until(() -> addresses(client, "orders").equals(List.of("10.9.9.1:80")));
		await().until(() -> namespace.problems().isEmpty());
	}

	@Test
	void hooksThrowNothing() {
		ClientStartHook hook = new ClientStartHook();
		assertThat(hook.login(null)).isTrue();
		bridge();
		assertThat(hook.login(null)).isTrue();
		assertThat(new EarlyPrimer().build()).isNull();
		assertThat(BridgeFaults.problems()).hasSize(1);
		bridge();
		hook.login(OfflineClients.properties(this.home));
		assertThat(BridgeFaults.problems()).isEmpty();
	}

	private ClientBridge bridge() {
		ClientBridge bridge = new ClientBridge(Duration.ofMillis(50));
		this.bridges.add(bridge);
		return bridge;
	}

	private void activate(FailoverEngine engine) {
		this.engine = engine;
		Bridges.activate(engine);
	}

	private NamingService client(Properties properties) throws Exception {
		NamingService client = new NacosNamingService(properties);
		this.clients.add(client);
		return client;
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static Instance instance(String ip) {
		Instance instance = new Instance();
		instance.setIp(ip);
		instance.setPort(80);
		return instance;
	}

	/** Fails to open. */
	private static final class Stores implements FailoverEngine.StoreFactory {

		@Override
		public FailoverStore open(String namespace, Path directory) {
			throw new AssertionError("on purpose");
		}

		@Override
		public void close(FailoverStore store) {
		}

	}

}
