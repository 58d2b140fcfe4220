package io.github.nacosfailover.snapshot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.report.SnapshotContent.ServiceContent;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.testsupport.InMemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Comparisons of snapshots with what is live.
 */
class SnapshotComparisonTests {

	private static final Duration PATIENCE = Duration.ofMillis(200);

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of);

	private final FailoverNamespace namespace = this.engine.namespace("public", Path.of("unused"), Map.of());

	private final NamespaceSnapshots snapshots = new NamespaceSnapshots(this.namespace, this.store.archive(),
			new SnapshotSettings(false, Duration.ofMinutes(10), Duration.ofMinutes(10), Scope.USED, Set.of(), 0.5,
					Duration.ofMinutes(15), 0.2),
			(event) -> {
			});

	@BeforeEach
	void addClient() {
		this.namespace.addClient(new SlowClient());
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void servicesAreOfUnknownStateWhenTheClientTakesTooLong() throws Exception {
		List<Backup> backups = Stream.of("a", "b", "c")
			.map((service) -> Backup.copyOf(ServiceKey.of("group", service), List.of(new Instance())))
			.toList();
		this.store.archive().write(new SnapshotChange("1", "test", backups, Set.of(), false));
		SnapshotComparison comparison = new SnapshotComparison("1", PATIENCE);
		comparison.add(this.snapshots);
		Map<String, ServiceContent> services = comparison.get().namespaces().get("public");
		assertThat(services).hasSize(3);
		assertThat(services.values().stream().map(ServiceContent::live)).filteredOn(Objects::nonNull)
			.containsExactly(0);
	}

	/** A client that takes as long for one answer as a comparison may take. */
	private static final class SlowClient implements NamespaceClient {

		@Override
		public List<Instance> live(ServiceKey key) {
			for (long left = PATIENCE.toNanos(),
					end = System.nanoTime() + left; left >= 0; left = end - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			return List.of();
		}

		@Override
		public List<Instance> ask(ServiceKey key) {
			return live(key);
		}

		@Override
		public List<String> servicesOfServer(int page, int size, String group) {
			return List.of();
		}

		@Override
		public void viewChanged() {
		}

		@Override
		public boolean awaitApplied(View view, Duration timeout) {
			return true;
		}

		@Override
		public ServerStatus serverStatus() {
			return ServerStatus.DOWN;
		}

		@Override
		public boolean countsQueries() {
			return true;
		}

	}

}
