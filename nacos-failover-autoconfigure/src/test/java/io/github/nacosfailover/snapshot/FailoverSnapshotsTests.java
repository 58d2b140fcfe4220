package io.github.nacosfailover.snapshot;

import io.github.nacosfailover.engine.ServerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.client.ServerPushes;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.event.BackupHeldEvent;
import io.github.nacosfailover.event.SnapshotRestoredEvent;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotList.ManualBackup;
import io.github.nacosfailover.report.SnapshotList.SnapshotStatus;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.testsupport.InMemoryStore;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link FailoverSnapshots} with a real server. Unless a test says so, nothing
 * is looked at but what there is a hint of.
 */
class FailoverSnapshotsTests {

	private static final Duration NEVER = Duration.ofDays(1);

	private static final Duration SOON = Duration.ofMillis(100);

	private final String service = "snapshot-" + UUID.randomUUID();

	private final ServiceKey key = ServiceKey.parseLenient(this.service);

	private final InMemoryStore store = new InMemoryStore();

	private final FailoverEngine engine = new FailoverEngine(this.store, Map::of);

	private final List<Object> events = new CopyOnWriteArrayList<>();

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private NamingService provider;

	private NamingService naming;

	private FailoverSnapshots snapshots;

	@TempDir
	Path home;

	@BeforeEach
	void open() throws Exception {
		Bridges.prime();
		Bridges.activate(this.engine);
		NamingServiceDecorator decorator = new NamingServiceDecorator(this.engine);
		this.provider = decorator.create(SharedNacos::client);
		this.naming = decorator.create(SharedNacos::client);
		Bridges.started(this.engine);
		ServerPushes pushes = new ServerPushes(this.engine);
		this.closeables.addAll(List.of(pushes, decorator));
	}

	@AfterEach
	void close() throws Exception {
		if (this.snapshots != null) {
			this.snapshots.close();
		}
		Bridges.deactivate(this.engine);
		this.naming.shutDown();
		this.provider.shutDown();
		for (AutoCloseable closeable : this.closeables) {
			closeable.close();
		}
		this.engine.close();
	}

	@Test
	void whatIsAskedForIsTakenAndSoIsItsNextChange() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		use(2);
		awaitBackup(2);
		register(3);
		awaitBackup(3);
		assertThat(this.snapshots.list().snapshots()).extracting(SnapshotStatus::by).containsOnly("snapshot");
		SnapshotStatus newest = this.snapshots.list().snapshots().get(0);
		assertThat(newest.id()).matches("\\d{8}T\\d{6}Z-[0-9a-f]{4}");
		assertThat(newest.changed()).containsExactly(this.key.toString());
		assertThat(this.events)
			.contains(new SnapshotTakenEvent("public", newest.id(), "snapshot", Set.of(this.key.toString())));
	}

	@Test
	void whatIsSubscribedToIsTaken() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		this.naming.subscribe(this.service, (event) -> {
		});
		awaitBackup(2);
	}

	@Test
	void whatWasUsedBeforeIsTaken() throws Exception {
		register(2);
		use(2);
		run(settings(NEVER, NEVER));
		awaitBackup(2);
	}

	@Test
	void whatAnUndecoratedClientIsAskedForIsTaken() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		NamingService undecorated = SharedNacos.client();
		try {
			await().until(() -> addresses(undecorated, this.service).size() == 2);
			awaitBackup(2);
		}
		finally {
			undecorated.shutDown();
		}
	}

	@Test
	void servicesThatNobodyAsksForAreTakenIfTheScopeIsTheNamespace() throws Exception {
		register(2);
		run(new SnapshotSettings(true, SOON, Duration.ofMillis(300), Scope.NAMESPACE, Set.of(), 0.5, NEVER, 0.2));
		awaitBackup(2);
	}

	@Test
	void backupIsKeptWhenTheServerLosesInstancesAndAfterARestartToo() throws Exception {
		run(settings(Duration.ofMillis(200), NEVER));
		register(4);
		use(4);
		awaitBackup(4);
		deregister(3);
		use(1);
		KeptBackup kept = awaitKept();
		assertThat(kept.reason()).contains("1 of 4 healthy instances");
		assertThat(this.events).contains(new BackupHeldEvent("public", this.key.toString(), kept.reason()));
		assertThat(backup().instances()).isEqualTo(4);
		deregister(1);
		await().until(() -> awaitKept().reason().contains("none of 4"));
		this.snapshots.close();
		run(settings(Duration.ofMillis(200), NEVER));
		assertThat(awaitKept().reason()).contains("none of 4");
		SnapshotOutcome outcome = this.snapshots.take(null, false, "test");
		assertThat(outcome.changed()).isFalse();
		assertThat(outcome.kept()).extracting(KeptBackup::service).containsExactly(this.key.toString());
		assertThat(backup().instances()).isEqualTo(4);
	}

	@Test
	void lossIsTakenWhenItHasSettled() throws Exception {
		run(settings(Duration.ofMillis(200), Duration.ofSeconds(1)));
		register(4);
		use(4);
		awaitBackup(4);
		deregister(3);
		awaitBackup(1);
		deregister(1);
		await().until(() -> backup() == null);
		assertThat(this.snapshots.list().snapshots()).hasSize(3);
		assertThat(this.snapshots.list().kept()).isEmpty();
	}

	@Test
	void forceTakesWhatIsKept() throws Exception {
		run(settings(NEVER, NEVER));
		register(4);
		use(4);
		awaitBackup(4);
		deregister(3);
		use(1);
		awaitKept();
		SnapshotOutcome outcome = this.snapshots.take("public", true, "ops");
		assertThat(outcome.changed()).isTrue();
		assertThat(outcome.id()).isEqualTo(this.snapshots.list().snapshots().get(0).id());
		assertThat(outcome.kept()).isEmpty();
		assertThat(backup().instances()).isEqualTo(1);
		assertThat(this.snapshots.list().kept()).isEmpty();
		deregister(1);
		await().until(() -> addresses(this.naming, this.service).isEmpty());
		assertThat(this.snapshots.take(null, true, "ops").changed()).isTrue();
		assertThat(backup()).isNull();
	}

	@Test
	void nothingIsTakenWhileFailoverIsOnAndWhatWasMissedIsTakenAfterwards() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		use(2);
		awaitBackup(2);
		this.engine.switchFailover(SwitchRequest.on("test"));
		register(3);
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.snapshots.take(null, true, "test"))
			.withMessageContaining("failover is on");
		await().until(() -> liveInstances() == 3);
		assertThat(backup().instances()).isEqualTo(2);
		this.engine.switchFailover(SwitchRequest.off("test"));
		awaitBackup(3);
	}

	@Test
	void halfThatIsBackAfterFailoverWasOnIsNotTakenNorAfterARestart() throws Exception {
		run(settings(Duration.ofMillis(200), NEVER));
		register(4);
		use(4);
		awaitBackup(4);
		this.engine.switchFailover(SwitchRequest.on("test"));
		await().until(() -> !this.store.archive().guardState().read().isEmpty());
		deregister(2);
		await().until(() -> liveInstances() == 2);
		// It ends while nobody looks on, as by a switch file.
		this.snapshots.close();
		this.engine.switchFailover(SwitchRequest.off("test"));
		run(settings(Duration.ofMillis(200), NEVER));
		assertThat(awaitKept().reason()).contains("2 of 4 healthy instances are left since failover was on");
		SnapshotOutcome outcome = this.snapshots.take(null, false, "test");
		assertThat(outcome.changed()).isFalse();
		assertThat(backup().instances()).isEqualTo(4);
		register(4);
		await().until(() -> this.snapshots.list().kept().isEmpty());
		// It has been whole: from now on half of it is no loss.
		deregister(2);
		awaitBackup(2);
	}

	@Test
	void halfThatIsBackIsTakenWhenThatHasSettled() throws Exception {
		run(settings(Duration.ofMillis(200), Duration.ofSeconds(2)));
		register(4);
		use(4);
		awaitBackup(4);
		this.engine.switchFailover(SwitchRequest.on("test"));
		deregister(2);
		await().until(() -> liveInstances() == 2);
		this.engine.switchFailover(SwitchRequest.off("test"));
		assertThat(awaitKept().reason()).contains("2 of 4");
		awaitBackup(2);
	}

	@Test
	void nothingIsTakenWhileTheServerIsDown() throws Exception {
		run(settings(Duration.ofMillis(200), Duration.ofSeconds(1)));
		register(2);
		use(2);
		awaitBackup(2);
		SharedNacos.server().kill();
		await().until(() -> namespace().serverStatus() == ServerStatus.DOWN);
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.snapshots.take(null, true, "test"))
			.withMessageContaining("the server is down");
		assertThat(backup().instances()).isEqualTo(2);
		assertThat(this.snapshots.list().snapshots()).hasSize(1);
		SharedNacos.server();
	}

	@Test
	void backupEditedByHandIsLeftAloneUntilForced() throws Exception {
		Instance instance = new Instance();
		instance.setIp("10.9.9.9");
		instance.setPort(1);
		this.store.archive().edit(Backup.copyOf(this.key, List.of(instance)));
		run(settings(Duration.ofMillis(200), NEVER));
		register(2);
		use(2);
		SnapshotOutcome outcome = this.snapshots.take(null, false, "test");
		assertThat(outcome.kept()).extracting(KeptBackup::reason)
			.singleElement()
			.asString()
			.contains("edited manually");
		assertThat(backup().instances()).isEqualTo(1);
		assertThat(this.snapshots.list().manual()).containsExactly(new ManualBackup("public", this.key.toString()));
		this.snapshots.take(null, true, "test");
		assertThat(backup().instances()).isEqualTo(2);
		assertThat(this.snapshots.list().manual()).isEmpty();
	}

	@Test
	void backupThatSomebodyHasDeletedIsTakenAgain() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		use(2);
		awaitBackup(2);
		this.store.archive().delete(this.key);
		awaitBackup(2);
	}

	@Test
	void whatCouldNotBeWrittenIsAProblemUntilItIs() throws Exception {
		run(settings(Duration.ofMillis(200), NEVER));
		this.store.archive().fail("the disk is full");
		register(2);
		use(2);
		await().until(() -> namespace().problems()
			.stream()
			.map(Problem::message)
			.anyMatch((message) -> message.contains("the disk is full")));
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> this.snapshots.take(null, false, "test"))
			.withMessageContaining("the disk is full");
		this.store.archive().fail(null);
		awaitBackup(2);
		await().until(() -> namespace().problems().isEmpty());
	}

	@Test
	void restoredSnapshotStaysAndCanBeUndone() throws Exception {
		run(settings(Duration.ofMillis(200), NEVER));
		register(2);
		use(2);
		awaitBackup(2);
		register(3);
		awaitBackup(3);
		String first = this.snapshots.list().snapshots().get(1).id();
		String second = this.snapshots.list().snapshots().get(0).id();
		this.engine.switchFailover(SwitchRequest.on("test"));
		SnapshotOutcome outcome = this.snapshots.restore(first, null, false, "ops");
		assertThat(this.naming.getAllInstances(this.service)).hasSize(2);
		assertThat(this.events)
			.contains(new SnapshotRestoredEvent("public", first, outcome.id(), "ops", Set.of(this.key.toString())));
		this.engine.switchFailover(SwitchRequest.off("test"));
		assertThat(awaitKept().reason()).contains("was restored");
		assertThat(backup().instances()).isEqualTo(2);
		this.snapshots.restore(second, "public", true, "ops");
		assertThat(backup().instances()).isEqualTo(3);
		assertThat(this.snapshots.list().snapshots()).hasSize(4);
	}

	@Test
	void snapshotsArePinnedAndDeletedById() throws Exception {
		run(settings(NEVER, NEVER));
		register(2);
		use(2);
		awaitBackup(2);
		String id = this.snapshots.list().snapshots().get(0).id();
		assertThat(this.snapshots.pin(id, null, true).snapshots().get(0).pinned()).isTrue();
		this.snapshots.delete(id, "public");
		assertThat(this.snapshots.list().snapshots()).isEmpty();
		assertThatExceptionOfType(UnknownSnapshotException.class)
			.isThrownBy(() -> this.snapshots.restore(id, null, false, "test"));
	}

	private static SnapshotSettings settings(Duration interval, Duration settle) {
		return new SnapshotSettings(true, SOON, interval, Scope.USED, Set.of(), 0.5, settle, 0.2);
	}

	private void run(SnapshotSettings settings) {
		this.snapshots = new FailoverSnapshots(this.engine, settings, this.events::add);
	}

	private void register(int count) throws NacosException {
		this.provider.batchRegisterInstance(this.service, "DEFAULT_GROUP", instances(count));
	}

	/** Takes away the last ones. */
	private void deregister(int count) throws NacosException {
		List<Instance> there = this.provider.getAllInstances(this.service, List.of(), false);
		if (there.size() == count) {
			this.provider.batchDeregisterInstance(this.service, "DEFAULT_GROUP", instances(there.size()));
		}
		else {
			register(there.size() - count);
		}
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

	private void use(int count) {
		await().until(() -> addresses(this.naming, this.service).size() == count);
	}

	private FailoverNamespace namespace() {
		return this.engine.namespaces("public").iterator().next();
	}

	private BackupRef backup() {
		return namespace().view().backups().find(this.key);
	}

	private void awaitBackup(int instances) {
		await().until(() -> backup() != null && backup().instances() == instances);
	}

	private KeptBackup awaitKept() {
		await().until(() -> !this.snapshots.list().kept().isEmpty());
		return this.snapshots.list().kept().get(0);
	}

	private int liveInstances() {
		List<Instance> live = namespace().live(this.key);
		return (live != null) ? live.size() : 0;
	}

}
