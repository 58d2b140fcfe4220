package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.report.SnapshotList.KeptBackup;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.MigrationDirection;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.ProcessStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Moves of applications from their disks to a shared store, and back.
 */
class StoreMigrationTests {

	private static final SnapshotSettings ON_DEMAND = new SnapshotSettings(false, Duration.ofDays(1),
			Duration.ofDays(1), SnapshotSettings.Scope.USED, Set.of(), 0.5, Duration.ofMinutes(15), 0.2);

	/** As on disk. */
	private static final int KEEP = 10;

	@TempDir
	Path home;

	private final InMemoryDocuments documents = new InMemoryDocuments();

	private final List<Application> applications = new ArrayList<>();

	@AfterEach
	void close() {
		List.copyOf(this.applications).forEach(Application::close);
	}

	@Test
	void filesGoIntoTheStoreAndOutOfTheWay() throws Exception {
		files("one").off().service("orders", "10.0.0.1:80", "10.0.0.2:80").service("payments", "10.0.0.9:80");
		Application one = start("one", true);
		Application other = start("other", true);
		assertThat(one.sourceOf("orders")).isEqualTo("local");
		List<Integer> seen = new CopyOnWriteArrayList<>();
		one.namespace.store().addListener(() -> seen.add(one.namespace.view().backups().size()));
		SnapshotOutcome outcome = one.copy(MigrationDirection.TO_STORE);
		assertThat(outcome.changed()).isTrue();
		assertThat(outcome.services()).isEqualTo(2);
		assertThat(outcome.kept()).isEmpty();
		assertThat(one.engine.history(null)).filteredOn((entry) -> entry.action() != SwitchAction.SWITCH)
			.singleElement()
			.extracting(SwitchChangedEvent::action, SwitchChangedEvent::by, SwitchChangedEvent::origin,
					SwitchChangedEvent::detail)
			.containsExactly(SwitchAction.COPY, "ops", SwitchOrigin.API, "to the store");
		assertThat(one.sourceOf("orders")).isEqualTo("test");
		assertThat(one.addresses("orders")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(seen).allMatch((size) -> size == 2);
		assertThat(visibleFiles("one")).isEmpty();
		assertThat(moveMigrated("one")).containsExactlyInAnyOrder(FailoverFiles.SWITCH, "DEFAULT_GROUP%40%40orders",
				"DEFAULT_GROUP%40%40payments");
		await().untilAsserted(() -> assertThat(other.addresses("payments")).containsExactly("10.0.0.9"));
	}

	@Test
	void copyIsRepeatedWithoutHarm() throws Exception {
		files("one").service("orders", "10.0.0.1:80");
		Application one = start("one", true);
		one.copy(MigrationDirection.TO_STORE);
		SnapshotOutcome again = one.copy(MigrationDirection.TO_STORE);
		assertThat(again.changed()).isFalse();
		assertThat(again.services()).isEqualTo(1);
		assertThat(one.addresses("orders")).containsExactly("10.0.0.1");
	}

	@Test
	void copyThatWasBrokenOffAfterTheWriteIsFinished() throws Exception {
		files("one").service("orders", "10.0.0.1:80");
		Application one = start("one", true);
		Backup backup = Objects.requireNonNull(one.find("orders").get());
		Objects.requireNonNull(one.namespace.store().archive())
			.write(new SnapshotChange("broken-off", "test", List.of(backup), Set.of(), true));
		assertThat(one.copy(MigrationDirection.TO_STORE).changed()).isFalse();
		assertThat(visibleFiles("one")).isEmpty();
		assertThat(one.sourceOf("orders")).isEqualTo("test");
	}

	@Test
	void fileThatIsMountedFromElsewhereStaysAndIsNamed() throws Exception {
		Path mounted = Files.writeString(this.home.resolve("mounted"), FailoverFiles.json("orders", "10.0.0.1:80"));
		files("one");
		Files.createSymbolicLink(this.home.resolve("one/DEFAULT_GROUP%40%40orders"), mounted);
		Application one = start("one", true);
		assertThat(one.copy(MigrationDirection.TO_STORE).kept()).extracting(KeptBackup::service)
			.containsExactly("DEFAULT_GROUP@@orders");
		assertThat(visibleFiles("one")).containsExactly("DEFAULT_GROUP%40%40orders");
	}

	@Test
	void copySwitchesNobody() throws Exception {
		files("one").on().service("orders", "10.0.0.1:80");
		Application one = start("one", true);
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> one.copy(MigrationDirection.TO_STORE))
			.withMessageContaining("must not switch the others");
		assertThat(visibleFiles("one")).hasSize(2);
		// As soon as the others are on too, nothing stands against it.
		Application other = start("other", true);
		other.engine.switchFailover(SwitchRequest.on("ops").forced());
		await().untilAsserted(() -> assertThat(one.namespace.store().state().failoverSwitch().enabled()).isTrue());
		one.copy(MigrationDirection.TO_STORE);
		assertThat(one.namespace.view().isOn()).isTrue();
		assertThat(one.namespace.view().activeSource()).isSameAs(one.namespace.store());
	}

	@Test
	void nothingIsMovedIfTheStoreIsOutOfReach() throws Exception {
		files("one").service("orders", "10.0.0.1:80");
		Application one = start("one", true);
		this.documents.stop();
		assertThatExceptionOfType(FailoverUnavailableException.class)
			.isThrownBy(() -> one.copy(MigrationDirection.TO_STORE));
		assertThat(one.sourceOf("orders")).isEqualTo("local");
		assertThat(visibleFiles("one")).hasSize(1);
	}

	@Test
	void whatIsInUseGoesBackToTheDisk() throws Exception {
		files("one").service("orders", "10.0.0.1:80").service("payments", "10.0.0.9:80");
		Application one = start("one", true);
		one.copy(MigrationDirection.TO_STORE);
		one.engine.switchFailover(SwitchRequest.on("ops").because("upgrade").forced());
		one.namespace.usage("DEFAULT_GROUP", "orders");
		assertThat(one.copy(MigrationDirection.TO_DISK).changed()).isTrue();
		assertThat(one.copy(MigrationDirection.TO_DISK).changed()).isFalse();
		one.close();
		Application moved = start("one", false);
		assertThat(moved.namespace.view().isOn()).isTrue();
		assertThat(moved.namespace.view().failoverSwitch().reason()).isEqualTo("upgrade");
		assertThat(moved.addresses("orders")).containsExactly("10.0.0.1");
		assertThat(moved.namespace.view().backups().size()).isEqualTo(1);
	}

	@Test
	void snapshotsOfTheDirectoryGoIntoTheStore() throws Exception {
		files("one");
		Application one = start("one", true);
		SnapshotArchive local = one.localArchive();
		write(local, "first", "orders", "10.0.0.1");
		write(local, "second", "orders", "10.0.0.2");
		local.pin("first", true);
		List<Snapshot> before = local.snapshots();
		one.copy(MigrationDirection.TO_STORE);
		List<Snapshot> carried = one.sharedArchive().snapshots();
		assertThat(carried).filteredOn((snapshot) -> !snapshot.by().equals("ops")).isEqualTo(before);
		assertThat(carried.get(0).by()).isEqualTo("ops");
		assertThat(local.snapshots()).isEqualTo(before);
		one.copy(MigrationDirection.TO_STORE);
		assertThat(one.sharedArchive().snapshots()).isEqualTo(carried);
		one.sharedArchive().restore("first", false, "restored", "ops");
		assertThat(one.addresses("orders")).containsExactly("10.0.0.1");
	}

	@Test
	void manuallyEditedBackupOfSnapshotIsAnOrdinaryOneInTheStore() throws Exception {
		files("one").service("orders", "10.0.0.1:80");
		Application one = start("one", true);
		write(one.localArchive(), "first", "payments", "10.0.0.9");
		one.copy(MigrationDirection.TO_STORE);
		write(one.sharedArchive(), "later", "orders", "10.0.0.2");
		one.sharedArchive().restore("first", false, "restored", "ops");
		assertThat(one.addresses("orders")).containsExactly("10.0.0.1");
		assertThat(one.sharedArchive().manual()).isEmpty();
	}

	@Test
	void snapshotsOfTheStoreGoBackToTheDisk() throws Exception {
		files("one");
		Application one = start("one", true);
		write(one.localArchive(), "old", "orders", "10.0.0.1");
		one.copy(MigrationDirection.TO_STORE);
		write(one.sharedArchive(), "newer", "orders", "10.0.0.2");
		write(one.sharedArchive(), "newest", "orders", "10.0.0.3");
		one.sharedArchive().pin("newer", true);
		one.namespace.usage("DEFAULT_GROUP", "orders");
		one.copy(MigrationDirection.TO_DISK);
		List<Snapshot> carried = one.localArchive().snapshots();
		assertThat(carried).containsAll(one.sharedArchive().snapshots());
		assertThat(carried).isSortedAccordingTo(Comparator.comparing(Snapshot::at).reversed());
		assertThat(carried).extracting(Snapshot::id)
			.containsSubsequence("newest", "newer", "old")
			.doesNotHaveDuplicates();
		one.copy(MigrationDirection.TO_DISK);
		assertThat(one.localArchive().snapshots()).isEqualTo(carried);
		one.close();
		Application moved = start("one", false);
		SnapshotArchive archive = moved.sharedArchive();
		assertThat(archive.snapshots()).isEqualTo(carried);
		archive.restore("newer", false, "restored", "ops");
		assertThat(moved.addresses("orders")).containsExactly("10.0.0.2");
		assertThat(archive.problems()).isEmpty();
	}

	@Test
	void snapshotThatHasTheSameIdAsAnotherKeepsItsPlaceBesideIt() throws Exception {
		files("one");
		files("other");
		Application one = start("one", true);
		Application other = start("other", true);
		write(one.localArchive(), "daily", "orders", "10.0.0.1");
		write(other.localArchive(), "daily", "payments", "10.0.0.9");
		one.copy(MigrationDirection.TO_STORE);
		other.copy(MigrationDirection.TO_STORE);
		other.copy(MigrationDirection.TO_STORE);
		await().untilAsserted(() -> assertThat(one.sharedArchive().snapshots())
			.filteredOn((snapshot) -> snapshot.id().startsWith("daily"))
			.extracting(Snapshot::id, Snapshot::added)
			.containsExactly(tuple("daily-2", Set.of(ServiceKey.of("DEFAULT_GROUP", "payments"))),
					tuple("daily", Set.of(ServiceKey.of("DEFAULT_GROUP", "orders")))));
	}

	@Test
	void snapshotsOfTheTargetDoNotGoForThoseThatAreCopied() throws Exception {
		files("one");
		Application one = start("one", true);
		for (int i = 0; i < KEEP - 2; i++) {
			write(one.sharedArchive(), "shared-" + i, "payments", "10.0.1." + i);
		}
		for (int i = 0; i < 4; i++) {
			write(one.localArchive(), "local-" + i, "orders", "10.0.0." + i);
		}
		one.localArchive().pin("local-0", true);
		one.copy(MigrationDirection.TO_STORE);
		// One place is left after the snapshot that the copy itself makes.
		assertThat(one.sharedArchive().snapshots()).hasSize(KEEP + 1)
			.extracting(Snapshot::id)
			.contains("shared-0", "local-0", "local-3")
			.doesNotContain("local-1", "local-2");
		assertThat(one.localArchive().snapshots()).hasSize(4);
	}

	private static SnapshotResult write(SnapshotArchive archive, String id, String service, String address)
			throws Exception {
		Backup backup = BackupFormat
			.read(ServiceKey.of("DEFAULT_GROUP", service),
					FailoverFiles.json(service, address + ":80").getBytes(StandardCharsets.UTF_8))
			.backup();
		return archive.write(new SnapshotChange(id, "test", List.of(backup), Set.of(), true));
	}

	@Test
	void copyIsRefusedWhereTheStoreIsNotShared() {
		Application one = start("one", false);
		assertThatExceptionOfType(FailoverRefusedException.class)
			.isThrownBy(() -> one.copy(MigrationDirection.TO_STORE))
			.withMessageContaining("not shared");
	}

	private FailoverFiles files(String process) {
		return new FailoverFiles(this.home.resolve(process));
	}

	private List<String> visibleFiles(String process) throws IOException {
		try (Stream<Path> files = Files.list(this.home.resolve(process))) {
			return files.map((file) -> file.getFileName().toString()).filter((name) -> !name.startsWith(".")).toList();
		}
	}

	private List<String> moveMigrated(String process) throws IOException {
		try (Stream<Path> files = Files.walk(this.home.resolve(process).resolve(".nacos-failover"))) {
			return files.filter(Files::isRegularFile)
				.filter((file) -> file.getParent().getFileName().toString().startsWith("migrated-"))
				.map((file) -> file.getFileName().toString())
				.toList();
		}
	}

	private ProcessStores stores(String process) {
		return ProcessStores.sharedBelowFiles(this.documents,
				ProcessSettings.of(process, Duration.ofMillis(100), Duration.ofSeconds(10), KEEP));
	}

	private Application start(String process, boolean shared) {
		Application application = new Application(process, shared);
		this.applications.add(application);
		return application;
	}

	/** One process, before or after it has moved. */
	private final class Application {

		private final FailoverEngine engine;

		private final FailoverNamespace namespace;

		private final FailoverSnapshots snapshots;

		private Application(String process, boolean shared) {
			this.engine = new FailoverEngine(shared ? stores(process) : ProcessStores.onDisk(), Map::of);
			Path directory = StoreMigrationTests.this.home.resolve(process);
			this.namespace = Objects.requireNonNull(this.engine.namespace("public", directory, Map.of()));
			this.snapshots = new FailoverSnapshots(this.engine, ON_DEMAND, (event) -> {
			});
		}

		private SnapshotOutcome copy(MigrationDirection direction) {
			return this.snapshots.copy(direction, null, "ops");
		}

		private SnapshotArchive localArchive() {
			return Objects.requireNonNull(this.namespace.local()).archive();
		}

		private SnapshotArchive sharedArchive() {
			return Objects.requireNonNull(this.namespace.store().archive());
		}

		private BackupRef find(String service) {
			return Objects
				.requireNonNull(this.namespace.view().backups().find(ServiceKey.of("DEFAULT_GROUP", service)));
		}

		private String sourceOf(String service) {
			ServiceKey key = ServiceKey.of("DEFAULT_GROUP", service);
			return this.namespace.sources()
				.stream()
				.filter((source) -> source.state().backups().find(key) != null)
				.findFirst()
				.orElseThrow()
				.name();
		}

		private List<String> addresses(String service) {
			BackupRef found = this.namespace.view().backups().find("DEFAULT_GROUP", service);
			Backup backup = (found != null) ? found.get() : null;
			List<Instance> all = (backup != null) ? backup.all(null) : null;
			return (all != null) ? all.stream().map(Instance::getIp).toList() : List.of();
		}

		private void close() {
			StoreMigrationTests.this.applications.remove(this);
			this.snapshots.close();
			this.engine.close();
		}

	}

}
