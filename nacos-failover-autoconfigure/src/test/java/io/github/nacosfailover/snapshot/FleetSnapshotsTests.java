package io.github.nacosfailover.snapshot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.SnapshotList.KeptBackup;
import io.github.nacosfailover.SnapshotOutcome;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.shared.SharedSettings;
import io.github.nacosfailover.store.shared.SharedStore;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Snapshots of several applications on one shared store, whose clients say what a test
 * wants: no real server says one thing to one of them and another to the next.
 */
class FleetSnapshotsTests {

	private static final ServiceKey ORDERS = ServiceKey.of(ServiceKey.DEFAULT_GROUP, "orders");

	private static final Duration SETTLE = Duration.ofSeconds(3);

	private static final SnapshotSettings SETTINGS = new SnapshotSettings(true, Duration.ofMillis(50),
			Duration.ofDays(1), Scope.USED, Set.of(), 0.5, SETTLE, 0.2);

	@TempDir
	Path directory;

	private final InMemoryDocuments documents = new InMemoryDocuments();

	private final List<Application> applications = new ArrayList<>();

	@AfterEach
	void close() {
		this.applications.forEach(Application::close);
	}

	@Test
	void sameSnapshotsOfManyApplicationsAreOneGeneration() throws Exception {
		for (int i = 0; i < 10; i++) {
			start("application-" + i, Duration.ofDays(1)).sees(4);
		}
		ExecutorService executor = Executors.newFixedThreadPool(10);
		try {
			List<Future<SnapshotOutcome>> taken = new ArrayList<>();
			this.applications.forEach(
					(application) -> taken.add(executor.submit(() -> application.snapshots.take(null, false, "ops"))));
			List<SnapshotOutcome> outcomes = new ArrayList<>();
			for (Future<SnapshotOutcome> outcome : taken) {
				outcomes.add(outcome.get());
			}
			assertThat(outcomes).filteredOn(SnapshotOutcome::changed).hasSize(1);
			assertThat(outcomes).extracting(SnapshotOutcome::id).doesNotContainNull().hasSize(10);
			assertThat(this.applications.get(0).snapshots.list().snapshots()).hasSize(1);
		}
		finally {
			executor.shutdown();
		}
	}

	@Test
	void backupThatOneSeesWholeOutlivesTheBrokenViewOfAnother() {
		Application whole = start("whole", SETTLE).sees(10);
		await().untilAsserted(() -> assertThat(whole.saved()).isEqualTo(10));
		Application broken = start("broken", SETTLE).sees(2);
		await().untilAsserted(() -> assertThat(broken.kept()).hasSize(1));
		int asked = whole.client.asked;
		// What settles without a dispute would have been taken for long.
		String memory = broken.memory();
		await().during(SETTLE.multipliedBy(3)).atMost(SETTLE.multipliedBy(5)).untilAsserted(() -> {
			assertThat(whole.saved()).isEqualTo(10);
			assertThat(broken.saved()).isEqualTo(10);
		});
		assertThat(whole.client.asked).isGreaterThan(asked);
		assertThat(broken.memory()).isNotEqualTo(memory);
		// And once the others agree, it follows.
		whole.sees(2);
		await().atMost(SETTLE.multipliedBy(10)).untilAsserted(() -> assertThat(whole.saved()).isEqualTo(2));
		await().untilAsserted(() -> assertThat(broken.kept()).isEmpty());
	}

	private Application start(String name, Duration settle) {
		Application application = new Application(name, settle);
		this.applications.add(application);
		return application;
	}

	/** One process with one client. */
	private final class Application implements FailoverEngine.StoreFactory {

		private final FailoverEngine engine = new FailoverEngine(this, Map::of);

		private final Client client = new Client();

		private final String name;

		private final FailoverNamespace namespace;

		private final FailoverSnapshots snapshots;

		private Application(String name, Duration settle) {
			this.name = name;
			this.namespace = Objects
				.requireNonNull(this.engine.namespace("public", FleetSnapshotsTests.this.directory, Map.of()));
			this.namespace.addClient(this.client);
			this.snapshots = new FailoverSnapshots(this.engine, new SnapshotSettings(true, SETTINGS.delay(),
					SETTINGS.interval(), Scope.USED, Set.of(), 0.5, settle, 0.2), (event) -> {
					});
		}

		private Application sees(int healthy) {
			this.client.healthy = healthy;
			this.namespace.usage(ORDERS.group(), ORDERS.service());
			this.namespace.liveChanged(ORDERS);
			return this;
		}

		private int saved() {
			BackupRef found = this.namespace.view().backups().find(ORDERS);
			return (found != null) ? found.healthy() : 0;
		}

		private List<KeptBackup> kept() {
			return this.snapshots.list().kept();
		}

		private String memory() {
			return String.valueOf(Objects.requireNonNull(this.namespace.store().archive()).memory());
		}

		@Override
		public FailoverStore open(String namespace, Path directory) {
			return new SharedStore("test", FleetSnapshotsTests.this.documents.open(namespace),
					directory.resolve(this.name),
					new SharedSettings(Duration.ofMillis(100), Duration.ofSeconds(10), this.name, 10, 1_000_000));
		}

		@Override
		public void close(FailoverStore store) {
			((SharedStore) store).close();
		}

		private void close() {
			this.snapshots.close();
			this.engine.close();
		}

	}

	/** A client to whom a server of its own talks. */
	private static final class Client implements NamespaceClient {

		private volatile int healthy;

		private volatile int asked;

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
		public boolean countsQueries() {
			return true;
		}

		@Override
		public List<Instance> live(ServiceKey key) {
			List<Instance> instances = new ArrayList<>();
			for (int i = 0; i < this.healthy; i++) {
				Instance instance = new Instance();
				instance.setIp("10.0.0." + i);
				instance.setPort(8080);
				instances.add(instance);
			}
			return instances;
		}

		@Override
		public List<Instance> ask(ServiceKey key) {
			this.asked++;
			return live(key);
		}

		@Override
		public List<String> servicesOfServer(int page, int size, String group) {
			return List.of();
		}

	}

}
