package io.github.nacosfailover.snapshot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.store.disk.FailoverFileNames;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The reasons that a failover directory has for keeping a backup reach the operator, with
 * a real server.
 */
class KeptReasonsTests {

	private static final int MAX_FILE_SIZE = 2000;

	@TempDir
	Path directory;

	@Test
	void reasonsOfTheDirectoryAreListedAsTheyAre() throws Exception {
		String large = "large-" + UUID.randomUUID();
		String broken = "broken-" + UUID.randomUUID();
		Files.writeString(this.directory.resolve(FailoverFileNames.encode(ServiceKey.parseLenient(broken))), "{");
		FailoverEngine engine = new FailoverEngine(new Directory(), Map::of);
		Bridges.prime();
		Bridges.activate(engine);
		try (NamingServiceDecorator decorator = new NamingServiceDecorator(engine)) {
			NamingService naming = decorator.create(SharedNacos::client);
			Bridges.started(engine);
			try (FailoverSnapshots snapshots = new FailoverSnapshots(engine, settings(), (event) -> {
			})) {
				naming.batchRegisterInstance(large, "DEFAULT_GROUP", instances(50));
				naming.batchRegisterInstance(broken, "DEFAULT_GROUP", instances(1));
				await().until(() -> addresses(naming, large).size() == 50 && addresses(naming, broken).size() == 1);
				SnapshotOutcome outcome = snapshots.take(null, false, "test");
				assertReason(outcome.kept(), large, "more than nacos.failover.disk.max-file-size (2000); raise that");
				assertReason(outcome.kept(), broken, "cannot be used");
				assertReason(snapshots.list().kept(), large, "max-file-size");
				assertReason(snapshots.list().kept(), broken, "correct or delete it");
				assertThat(snapshots.list().manual()).isEmpty();
				assertThat(engine.namespaces("public").iterator().next().problems()).extracting(Problem::message)
					.anyMatch((message) -> message.contains(large) && message.contains("max-file-size"))
					.anyMatch((message) -> message.contains(broken) && message.contains("correct or delete it"))
					.noneMatch((message) -> message.contains("manually"));
				snapshots.take(null, true, "test");
				assertThat(engine.namespaces("public").iterator().next().problems()).extracting(Problem::message)
					.noneMatch((message) -> message.contains(broken));
			}
			naming.shutDown();
		}
		finally {
			Bridges.deactivate(engine);
			engine.close();
		}
	}

	private static void assertReason(List<KeptBackup> kept, String service, String reason) {
		assertThat(kept).filteredOn((backup) -> backup.service().contains(service))
			.extracting(KeptBackup::reason)
			.singleElement()
			.asString()
			.contains(reason)
			.doesNotContain("manually");
	}

	private static SnapshotSettings settings() {
		Duration never = Duration.ofDays(1);
		return new SnapshotSettings(true, never, never, SnapshotSettings.Scope.USED, Set.of(), 0.5, never, 0.2);
	}

	private static List<Instance> instances(int count) {
		List<Instance> instances = new ArrayList<>();
		for (int i = 1; i <= count; i++) {
			Instance instance = new Instance();
			instance.setIp("10.0.0." + i);
			instance.setPort(80);
			instances.add(instance);
		}
		return instances;
	}

	/** The same directory for every namespace, of which there is one. */
	private final class Directory implements StoreFactory {

		@Override
		public FailoverStore open(String namespace, Path clientDirectory) {
			return DiskStores.open(KeptReasonsTests.this.directory, MAX_FILE_SIZE);
		}

		@Override
		public void close(FailoverStore store) {
			DiskStores.close((DiskStore) store);
		}

	}

}
