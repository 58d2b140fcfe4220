package io.github.nacosfailover.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServicePatterns;
import io.github.nacosfailover.engine.SwitchRules;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.UsageLog;
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
 * Ends of leases where several processes share a directory or a store.
 */
class FleetLeaseTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey PAYMENTS = ServiceKey.of("DEFAULT_GROUP", "payments");

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
	void freshProcessOnASharedDirectoryEndsNothingAlone() throws Exception {
		Path shared = this.directory.resolve("failover");
		freshProcessEndsNothingAlone(() -> new Process(ProcessStores.onDisk(), shared, false),
				() -> new Process(ProcessStores.onDisk(), shared, true));
	}

	@Test
	void freshProcessOnASharedStoreEndsNothingAlone() throws Exception {
		freshProcessEndsNothingAlone(() -> onStore("old", false), () -> onStore("fresh", true));
	}

	@Test
	void processesOnASharedDirectoryThatUseAllTogetherEndItWhenAllAgree() throws Exception {
		Path shared = this.directory.resolve("failover");
		processesEndItWhenAllAgree(() -> new Process(ProcessStores.onDisk(), shared, true),
				() -> new Process(ProcessStores.onDisk(), shared, true));
	}

	@Test
	void processesOnASharedStoreThatUseAllTogetherEndItWhenAllAgree() throws Exception {
		processesEndItWhenAllAgree(() -> onStore("one", true), () -> onStore("other", true));
	}

	private void processesEndItWhenAllAgree(Start startOne, Start startOther) throws Exception {
		Process one = startOne.start().use(ORDERS);
		Process other = startOther.start().use(PAYMENTS);
		one.back(ORDERS, PAYMENTS);
		await().until(() -> other.namespace.view().backups().size() == 2);
		UsageLog log = Objects.requireNonNull(one.namespace.store().usageLog());
		await().until(() -> log.read().keySet().equals(Set.of(ORDERS, PAYMENTS)));
		other.client.sees(1);
		one.engine.switchFailover(SwitchRequest.on("ops").lasting(Duration.ofSeconds(1)));
		await().until(() -> other.namespace.view().isOn());
		int asked = one.client.asked();
		await().until(() -> one.client.asked() >= asked + 12);
		assertThat(one.namespace.view().isOn()).isTrue();
		other.client.sees(4);
		await().until(() -> !one.namespace.view().isOn() && !other.namespace.view().isOn());
	}

	private Process onStore(String name, boolean offIfSafe) {
		return new Process(
				ProcessStores.shared(this.documents, ProcessSettings.of(name, SHORT, Duration.ofSeconds(10))),
				this.directory.resolve(name), offIfSafe);
	}

	private void freshProcessEndsNothingAlone(Start startOld, Start startFresh) throws Exception {
		Process old = startOld.start().use(ORDERS).use(PAYMENTS);
		old.back(ORDERS, PAYMENTS);
		old.engine.switchFailover(SwitchRequest.on("ops").lasting(Duration.ofSeconds(1)));
		UsageLog log = Objects.requireNonNull(old.namespace.store().usageLog());
		await().until(() -> log.read().keySet().equals(Set.of(ORDERS, PAYMENTS)));
		Process fresh = startFresh.start();
		fresh.staysOn();
		old.close();
		fresh.staysOn();
		fresh.use(ORDERS).staysOn();
		fresh.use(PAYMENTS);
		await().until(() -> !fresh.namespace.view().isOn());
	}

	/** Starts a process. */
	private interface Start {

		Process start();

	}

	/** One process with one client that sees all instances. */
	private final class Process {

		private final ScriptedClient client = new ScriptedClient();

		private final Preflight guard = new Preflight(new GuardSettings(0, 0.5, Duration.ofMinutes(15)));

		private final FailoverEngine engine;

		private final FailoverNamespace namespace;

		private final SwitchLease lease;

		private boolean closed;

		Process(StoreFactory stores, Path directory, boolean offIfSafe) {
			this.engine = new FailoverEngine(stores, Map::of,
					new SwitchRules(ServicePatterns.ALL, this.guard, Duration.ofDays(1)));
			this.namespace = Objects.requireNonNull(this.engine.namespace("public", directory, Map.of()));
			this.client.sees(4);
			this.namespace.addClient(this.client);
			this.lease = new SwitchLease(this.engine, offIfSafe, this.guard, TIMES);
			FleetLeaseTests.this.processes.add(this);
		}

		Process use(ServiceKey key) {
			this.namespace.known(key.group(), key.service()).servedLive();
			return this;
		}

		void back(ServiceKey... keys) throws Exception {
			List<Backup> backups = Stream.of(keys).map((key) -> ScriptedClient.backup(key, 4)).toList();
			Objects.requireNonNull(this.namespace.store().archive())
				.write(new SnapshotChange("20261126T000000Z-0000", "test", backups, Set.of(), false));
		}

		void staysOn() {
			int looked = this.client.statusAsked();
			await().until(() -> this.client.statusAsked() >= looked + 2);
			assertThat(this.namespace.view().isOn()).isTrue();
		}

		void close() {
			if (!this.closed) {
				this.closed = true;
				this.client.close();
				this.lease.close();
				this.guard.close();
				this.engine.close();
			}
		}

	}

}
