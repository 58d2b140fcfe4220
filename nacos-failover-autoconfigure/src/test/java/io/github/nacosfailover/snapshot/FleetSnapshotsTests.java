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

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.ProcessStores;
import io.github.nacosfailover.testsupport.ScriptedClient;
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

	private Duration delay = SETTINGS.delay();

	@AfterEach
	void close() {
		this.applications.forEach(Application::close);
	}

	@Test
	void sameSnapshotsOfManyApplicationsAreOneSnapshot() throws Exception {
		// None is taken that nobody has asked for.
		this.delay = Duration.ofDays(1);
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
		int asked = whole.client.asked();
		// What settles without a dispute would have been taken for long.
		String guardState = broken.guardState();
		await().during(SETTLE.multipliedBy(3)).atMost(SETTLE.multipliedBy(40)).untilAsserted(() -> {
			assertThat(whole.saved()).isEqualTo(10);
			assertThat(broken.saved()).isEqualTo(10);
		});
		assertThat(whole.client.asked()).isGreaterThan(asked);
		// Nothing is stored between the end of one episode and the begin of the next.
		await().untilAsserted(() -> assertThat(broken.guardState()).isNotEqualTo(guardState));
		// And once the others agree, it follows.
		whole.sees(2);
		await().untilAsserted(() -> assertThat(whole.saved()).isEqualTo(2));
		await().untilAsserted(() -> assertThat(broken.kept()).isEmpty());
	}

	private Application start(String name, Duration settle) {
		Application application = new Application(name, settle);
		this.applications.add(application);
		return application;
	}

	/** One process with one client. */
	private final class Application {

		private final ScriptedClient client = new ScriptedClient();

		private final FailoverEngine engine;

		private final FailoverNamespace namespace;

		private final FailoverSnapshots snapshots;

		private Application(String name, Duration settle) {
			this.engine = new FailoverEngine(ProcessStores.shared(FleetSnapshotsTests.this.documents,
					ProcessSettings.of(name, Duration.ofMillis(100), Duration.ofSeconds(10))), Map::of);
			Path directory = FleetSnapshotsTests.this.directory.resolve(name);
			this.namespace = Objects.requireNonNull(this.engine.namespace("public", directory, Map.of()));
			this.namespace.addClient(this.client);
			this.snapshots = new FailoverSnapshots(this.engine, new SnapshotSettings(true,
					FleetSnapshotsTests.this.delay, SETTINGS.interval(), Scope.USED, Set.of(), 0.5, settle, 0.2),
					(event) -> {
					});
		}

		private Application sees(int healthy) {
			this.client.sees(healthy);
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

		private String guardState() {
			return String.valueOf(Objects.requireNonNull(this.namespace.store().archive()).guardState().read());
		}

		private void close() {
			this.snapshots.close();
			this.engine.close();
		}

	}

}
