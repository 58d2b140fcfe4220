package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.WhenSafeRequest;
import io.github.nacosfailover.store.SnapshotChange;
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
 * Ways back that several processes of a fleet have armed.
 */
class FleetWhenSafeTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final Duration SHORT = Duration.ofMillis(100);

	private static final LeaseTimes TIMES = new LeaseTimes(SHORT, SHORT, SHORT, Duration.ofMinutes(1));

	private final InMemoryDocuments documents = new InMemoryDocuments();

	private final List<Process> processes = new ArrayList<>();

	@TempDir
	Path directory;

	@AfterEach
	void close() {
		this.processes.forEach(Process::close);
	}

	@Test
	void oneProcessGoesBackForAllThatShareADirectory() throws Exception {
		Path shared = this.directory.resolve("failover");
		oneProcessGoesBackForAll(Stream.of(1, 2, 3).map((i) -> new Process(ProcessStores.onDisk(), shared)).toList());
	}

	@Test
	void oneProcessGoesBackForAllThatShareAStore() throws Exception {
		oneProcessGoesBackForAll(Stream.of("a", "b", "c")
			.map((name) -> new Process(
					ProcessStores.shared(this.documents, ProcessSettings.of(name, SHORT, Duration.ofSeconds(10))),
					this.directory.resolve(name)))
			.toList());
	}

	private void oneProcessGoesBackForAll(List<Process> fleet) throws Exception {
		Process first = fleet.get(0);
		Objects.requireNonNull(first.namespace.store().archive())
			.write(new SnapshotChange("20261126T000000Z-0000", "test", List.of(ScriptedClient.backup(ORDERS, 4)),
					Set.of(), false));
		first.engine.switchFailover(SwitchRequest.on("ops"));
		await().until(() -> fleet.stream().allMatch((process) -> process.namespace.view().isServing()));
		fleet.forEach(
				(process) -> process.lease.switchOffWhenSafe(WhenSafeRequest.within(Duration.ofMinutes(30), "alice")));
		assertThat(fleet).allMatch((process) -> process.namespace.reports().whenSafe() != null);
		fleet.forEach((process) -> process.client.sees(4));
		await().until(() -> fleet.stream().noneMatch((process) -> process.namespace.view().isOn()));
		await().until(() -> fleet.stream().allMatch((process) -> process.namespace.reports().whenSafe() == null));
		assertThat(fleet).filteredOn((process) -> process.listened.isGone).hasSize(1);
	}

	/** Counts what this process has switched off itself. */
	private static final class Listened implements FailoverListener {

		private volatile boolean isGone;

		@Override
		public void viewChanged(FailoverNamespace namespace, View before, View after) {
		}

		@Override
		public void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, Duration took) {
			if (change.action() == SwitchAction.SWITCH && change.origin() == SwitchOrigin.API
					&& Boolean.FALSE.equals(change.after())) {
				assertThat(this.isGone).isFalse();
				this.isGone = true;
			}
		}

	}

	/** One process with one client. */
	private final class Process {

		private final ScriptedClient client = new ScriptedClient();

		private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

		private final Listened listened = new Listened();

		private final FailoverEngine engine;

		private final FailoverNamespace namespace;

		private final SwitchLease lease;

		Process(StoreFactory stores, Path directory) {
			this.engine = new FailoverEngine(stores, Map::of,
					new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));
			this.namespace = Objects.requireNonNull(this.engine.namespace("public", directory, Map.of()));
			this.client.sees(0);
			this.namespace.addClient(this.client);
			this.engine.addListener(this.listened);
			this.lease = new SwitchLease(this.engine, false, this.guard, TIMES);
			FleetWhenSafeTests.this.processes.add(this);
		}

		void close() {
			this.client.close();
			this.lease.close();
			this.guard.close();
			this.engine.close();
		}

	}

}
