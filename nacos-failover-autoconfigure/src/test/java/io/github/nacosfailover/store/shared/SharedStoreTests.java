package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.Generation;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Several processes on one shared store, without a server, so that the store can fail as
 * a test wants it.
 */
class SharedStoreTests {

	private static final ServiceKey ORDERS = ServiceKey.of("DEFAULT_GROUP", "orders");

	private static final ServiceKey PAYMENTS = ServiceKey.of("DEFAULT_GROUP", "payments");

	@TempDir
	Path directory;

	private final InMemoryDocuments engine = new InMemoryDocuments();

	private final List<SharedStore> stores = new ArrayList<>();

	private final AtomicInteger instances = new AtomicInteger();

	@AfterEach
	void close() {
		this.stores.forEach(SharedStore::close);
	}

	@Test
	void isOffWithoutBackupsAtFirst() {
		SharedStore store = open("a");
		assertThat(switchOf(store)).isEqualTo(SwitchState.OFF);
		assertThat(store.state().backups().isEmpty()).isTrue();
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void flipReachesEveryProcess() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		SwitchState on = on("upgrade", Instant.now());
		one.writeSwitch(on);
		assertThat(switchOf(one)).isEqualTo(on);
		await().untilAsserted(() -> assertThat(switchOf(other)).isEqualTo(on));
	}

	@Test
	void flipReachesEveryProcessThoughNoticesAreLost() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		this.engine.loseNotices();
		one.writeSwitch(on("upgrade", Instant.now()));
		await().untilAsserted(() -> assertThat(switchOf(other).enabled()).isTrue());
	}

	@Test
	void flipThatAllAreToldOfIsAskedForByNobody() throws Exception {
		SharedStore writer = open("a", Duration.ofMinutes(10));
		List<SharedStore> others = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			others.add(open("other-" + i, Duration.ofMinutes(10)));
		}
		writer.writeSwitch(new SwitchState(false, Instant.now(), "ops", null, null));
		await().untilAsserted(
				() -> assertThat(others).allSatisfy((other) -> assertThat(switchOf(other).by()).isNotNull()));
		int looks = this.engine.looks();
		SwitchState on = on("upgrade", Instant.now());
		writer.writeSwitch(on);
		await()
			.untilAsserted(() -> assertThat(others).allSatisfy((other) -> assertThat(switchOf(other)).isEqualTo(on)));
		await().untilAsserted(() -> assertThat(writer.fleet()).isEqualTo(new FleetState(6, 6, List.of())));
		// The writer looks before it writes.
		assertThat(this.engine.looks()).isEqualTo(looks + 1);
	}

	@Test
	void changesAreLookedForRarelyUntilTheyAreNotToldOfAnyMore() {
		this.engine.claimToTell();
		SharedStore store = new SharedStore("test", this.engine.open("public"), this.directory, new SharedSettings(
				Duration.ofMillis(10), Duration.ofMinutes(10), Duration.ofMillis(50), "a", 3, 1_000_000));
		this.stores.add(store);
		int looks = this.engine.looks();
		awaitReports(10);
		assertThat(this.engine.looks()).isEqualTo(looks);
		this.engine.endClaimToTell();
		await().untilAsserted(() -> assertThat(this.engine.looks()).isGreaterThan(looks + 3));
	}

	@Test
	void reportsGoOnThoughChangesAreLookedForRarely() {
		open("a", Duration.ofMinutes(10));
		awaitReports(3);
		assertThat(this.engine.looks()).isEqualTo(1);
	}

	@Test
	void noticesThatComeLateOrTwiceChangeNothing() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.writeSwitch(on("first", Instant.now()));
		one.writeSwitch(new SwitchState(false, Instant.now(), "ops", "second", null));
		SwitchState last = on("third", Instant.now());
		one.writeSwitch(last);
		await().untilAsserted(() -> assertThat(switchOf(other)).isEqualTo(last));
		List<SwitchState> seen = new ArrayList<>();
		other.addListener(() -> seen.add(switchOf(other)));
		this.engine.tellAgain();
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		await().untilAsserted(() -> assertThat(addresses(other, ORDERS)).containsExactly("10.0.0.1"));
		assertThat(seen).containsOnly(last);
	}

	@Test
	void exceptionsTravelWithTheSwitch() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.writeSwitch(SwitchState.OFF.withExceptions(Map.of(ORDERS, true)));
		await().untilAsserted(() -> assertThat(switchOf(other).exceptions()).containsEntry(ORDERS, true));
	}

	@Test
	void longReasonTravelsToo() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		SwitchState on = on("x".repeat(10_000), Instant.now());
		one.writeSwitch(on);
		await().untilAsserted(() -> assertThat(switchOf(other)).isEqualTo(on));
	}

	@Test
	void twoOperatorsAtOnceAgreeInTheEnd() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		List<Thread> operators = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			SharedStore store = (i % 2 == 0) ? one : other;
			SwitchState state = new SwitchState(i % 3 == 0, Instant.now(), "operator " + i, null, null);
			Thread operator = new Thread(() -> write(store, state));
			operator.start();
			operators.add(operator);
		}
		for (Thread operator : operators) {
			operator.join();
		}
		await().untilAsserted(() -> {
			assertThat(switchOf(one)).isEqualTo(switchOf(other));
			assertThat(one.index().version()).isEqualTo(other.index().version());
		});
	}

	@Test
	void backupsReachEveryProcess() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		save(one, "1", backup(ORDERS, "10.0.0.1", "10.0.0.2"));
		await().untilAsserted(() -> assertThat(addresses(other, ORDERS)).containsExactly("10.0.0.1", "10.0.0.2"));
		BackupRef found = Objects.requireNonNull(other.state().backups().find(ORDERS));
		assertThat(found.instances()).isEqualTo(2);
		assertThat(found.healthy()).isEqualTo(2);
	}

	@Test
	void contentIsFetchedOnlyForWhatIsInUse() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		other.used(ORDERS);
		save(one, "1", backup(ORDERS, "10.0.0.1"), backup(PAYMENTS, "10.0.0.9"));
		await().untilAsserted(() -> {
			assertThat(isLoaded(other, ORDERS)).isTrue();
			assertThat(other.state().backups().find(PAYMENTS)).isNotNull();
		});
		assertThat(isLoaded(other, PAYMENTS)).isFalse();
		assertThat(addresses(other, PAYMENTS)).containsExactly("10.0.0.9");
	}

	@Test
	void identicalContentIsWrittenOnce() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		Generation first = save(one, "1", backup(ORDERS, "10.0.0.1"));
		assertThat(first).isNotNull();
		assertThat(save(other, "2", backup(ORDERS, "10.0.0.1"))).isNull();
		assertThat(other.archive().generations()).extracting(Generation::id).containsExactly("1");
	}

	@Test
	void flipIsRefusedWhileTheEngineIsDownAndStateStays() throws Exception {
		SharedStore store = open("a");
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		SwitchState on = on("upgrade", Instant.now());
		store.writeSwitch(on);
		store.used(ORDERS);
		await().until(() -> isLoaded(store, ORDERS));
		this.engine.stop();
		assertThatExceptionOfType(UnavailableStoreException.class).isThrownBy(() -> store.writeSwitch(SwitchState.OFF));
		await().untilAsserted(() -> assertThat(store.problems()).extracting(Problem::message)
			.anyMatch((message) -> message.contains("does not answer")));
		assertThat(switchOf(store)).isEqualTo(on);
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
		this.engine.start();
		await().untilAsserted(() -> assertThat(store.problems()).isEmpty());
	}

	@Test
	void restartWhileTheEngineIsDownServesTheLocalCopy() throws Exception {
		SharedStore store = open("a");
		SwitchState on = on("upgrade", Instant.parse("2026-11-23T02:49:00Z"));
		store.writeSwitch(on);
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		store.used(ORDERS);
		await().untilAsserted(() -> assertThat(new DirectoryCopy(this.directory.resolve("a"), "test").read().all())
			.extracting(SharedDocuments.Document::name)
			.contains(Names.SWITCH, Names.backup(ORDERS)));
		store.close();
		this.engine.stop();
		SharedStore restarted = open("a");
		assertThat(switchOf(restarted)).isEqualTo(on);
		assertThat(addresses(restarted, ORDERS)).containsExactly("10.0.0.1");
		this.engine.start();
		save(restarted, "2", backup(ORDERS, "10.0.0.2"));
		assertThat(addresses(restarted, ORDERS)).containsExactly("10.0.0.2");
	}

	@Test
	void wipedEngineIsNotObeyedButFilledAgain() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		SwitchState on = on("upgrade", Instant.now());
		one.writeSwitch(on);
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		one.used(ORDERS);
		await().until(() -> isLoaded(one, ORDERS));
		List<SwitchState> seen = new ArrayList<>();
		one.addListener(() -> seen.add(switchOf(one)));
		other.addListener(() -> seen.add(switchOf(other)));
		this.engine.wipe("public");
		await().untilAsserted(() -> {
			SharedStore fresh = open("fresh");
			assertThat(switchOf(fresh)).isEqualTo(on);
			assertThat(addresses(fresh, ORDERS)).containsExactly("10.0.0.1");
		});
		assertThat(seen).allMatch(SwitchState::enabled);
		assertThat(switchOf(one)).isEqualTo(on);
		assertThat(switchOf(other)).isEqualTo(on);
	}

	@Test
	void engineThatWentBackToOlderDataIsBroughtForward() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.writeSwitch(new SwitchState(false, Instant.now(), "ops", null, null));
		Runnable older = this.engine.backUp("public");
		SwitchState on = on("upgrade", Instant.now().plusSeconds(1));
		one.writeSwitch(on);
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		one.used(ORDERS);
		await().until(() -> isLoaded(one, ORDERS) && switchOf(other).enabled());
		List<SwitchState> seen = new ArrayList<>();
		other.addListener(() -> seen.add(switchOf(other)));
		older.run();
		await().untilAsserted(() -> {
			SharedStore fresh = open("fresh");
			assertThat(switchOf(fresh)).isEqualTo(on);
			assertThat(addresses(fresh, ORDERS)).containsExactly("10.0.0.1");
		});
		assertThat(seen).allMatch(SwitchState::enabled);
	}

	@Test
	void writeThatTheEngineHasLostIsPutBackThoughItWasWrittenSince() throws Exception {
		SharedStore one = open("a");
		one.writeSwitch(new SwitchState(false, Instant.now(), "ops", null, null));
		Runnable older = this.engine.backUp("public");
		SwitchState on = on("upgrade", Instant.now().plusSeconds(1));
		this.engine.loseNotices();
		one.writeSwitch(on);
		// As after a fail-over of an engine that replicates later than it confirms.
		older.run();
		SharedStore other = open("b");
		save(other, "1", backup(ORDERS, "10.0.0.1"));
		await().untilAsserted(() -> {
			assertThat(switchOf(other)).isEqualTo(on);
			assertThat(switchOf(one)).isEqualTo(on);
			assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.1");
			assertThat(one.index().version()).isEqualTo(other.index().version());
		});
	}

	@Test
	void laterFlipWinsOverTheOneThatTheEngineHasLost() throws Exception {
		SharedStore one = open("a");
		one.writeSwitch(new SwitchState(false, Instant.now(), "ops", null, null));
		Runnable older = this.engine.backUp("public");
		this.engine.loseNotices();
		one.writeSwitch(on("upgrade", Instant.now().plusSeconds(1)));
		older.run();
		SwitchState later = new SwitchState(false, Instant.now().plusSeconds(2), "ops", "over", null);
		open("b").writeSwitch(later);
		await().untilAsserted(() -> assertThat(switchOf(one)).isEqualTo(later));
	}

	@Test
	void wipedEngineGetsBackWhatTheLocalCopyDoesNotHave() throws Exception {
		SharedStore one = open("a");
		one.used(ORDERS);
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		await().until(() -> isLoaded(one, ORDERS));
		Path copy = new DirectoryCopy(this.directory.resolve("a"), "test").location();
		try (var contents = Files.list(copy)) {
			for (Path content : contents.toList()) {
				Files.delete(content);
			}
		}
		this.engine.wipe("public");
		await().untilAsserted(() -> assertThat(addresses(open("fresh"), ORDERS)).containsExactly("10.0.0.1"));
		assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.1");
	}

	@Test
	void laterFlipAfterAWipeIsObeyed() throws Exception {
		SharedStore one = open("a");
		one.writeSwitch(on("upgrade", Instant.now()));
		this.engine.stop();
		this.engine.wipe("public");
		one.close();
		this.engine.start();
		SharedStore other = open("b");
		SwitchState off = new SwitchState(false, Instant.now().plusSeconds(1), "ops", "over", null);
		other.writeSwitch(off);
		SharedStore restarted = open("a");
		await().untilAsserted(() -> assertThat(switchOf(restarted)).isEqualTo(off));
		assertThat(switchOf(other)).isEqualTo(off);
	}

	@Test
	void tellsWhoHasAppliedTheSwitch() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.writeSwitch(on("upgrade", Instant.now()));
		await().untilAsserted(() -> assertThat(one.fleet()).isEqualTo(new FleetState(2, 2, List.of())));
		other.close();
		await().untilAsserted(() -> assertThat(one.fleet()).isEqualTo(new FleetState(1, 1, List.of())));
	}

	@Test
	void forgetsProcessesThatDoNotReportAnyMore() throws Exception {
		SharedStore one = open("a");
		this.engine.open("public").report("dead", "{\"revision\":0}", Duration.ofSeconds(10));
		one.writeSwitch(on("upgrade", Instant.now()));
		await().untilAsserted(() -> assertThat(one.fleet()).isEqualTo(new FleetState(2, 1, List.of("dead"))));
		this.engine.advance(Duration.ofSeconds(11));
		await().untilAsserted(() -> assertThat(one.fleet()).isEqualTo(new FleetState(1, 1, List.of())));
	}

	@Test
	void restoresAGenerationEverywhere() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		save(one, "2", backup(ORDERS, "10.0.0.2"), backup(PAYMENTS, "10.0.0.9"));
		await().until(() -> other.archive().generations().size() == 2);
		other.archive().restore("1", false, "3", "ops");
		await().untilAsserted(() -> assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.1"));
		assertThat(addresses(one, PAYMENTS)).containsExactly("10.0.0.9");
		one.archive().restore("1", true, "4", "ops");
		assertThat(one.state().backups().find(PAYMENTS)).isNull();
		one.archive().restore("2", true, "5", "ops");
		assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.2");
		assertThat(addresses(one, PAYMENTS)).containsExactly("10.0.0.9");
	}

	@Test
	void oldGenerationsGoWithTheirContentsAndPinnedOnesStay() throws Exception {
		SharedStore store = open("a");
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		store.archive().pin("1", true);
		for (int i = 2; i <= 8; i++) {
			save(store, "" + i, backup(ORDERS, "10.0.0." + i));
		}
		assertThat(store.archive().generations()).extracting(Generation::id).containsExactly("8", "7", "6", "1");
		// Of four generations: backups and lists.
		assertThat(this.engine.open("public").contentHashes()).hasSize(8);
		store.archive().restore("1", true, "9", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
	}

	@Test
	void memoryIsShared() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.archive().writeMemory(Map.of(ORDERS, "shrunk"));
		await().untilAsserted(() -> assertThat(other.archive().memory()).containsEntry(ORDERS, "shrunk"));
	}

	@Test
	void whatIsNotOursInTheLocalCopyIsLeftAlone() throws Exception {
		SharedStore store = open("a");
		Path copy = new DirectoryCopy(this.directory.resolve("a"), "test").location();
		Path other = Files.writeString(Files.createDirectories(copy.resolve("other")).resolve("file"), "text");
		store.writeSwitch(on("upgrade", Instant.now()));
		assertThat(copy.resolve("index.json")).exists();
		assertThat(other).hasContent("text");
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void threadsEndWithTheStore() throws Exception {
		SharedStore store = open("a");
		store.writeSwitch(on("upgrade", Instant.now()));
		await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-test")).hasSize(2));
		store.close();
		await().untilAsserted(() -> assertThat(Threads.named("nacos-failover-test")).isEmpty());
	}

	private SharedStore open(String process) {
		return open(process, Duration.ofMillis(100));
	}

	private SharedStore open(String process, Duration pollInterval) {
		SharedStore store = new SharedStore("test", this.engine.open("public"), this.directory.resolve(process),
				ProcessSettings.of(process + "-" + this.instances.incrementAndGet(), pollInterval,
						Duration.ofMillis(200), 3));
		this.stores.add(store);
		return store;
	}

	private void awaitReports(int number) {
		int before = this.engine.reports();
		await().untilAsserted(() -> assertThat(this.engine.reports()).isGreaterThanOrEqualTo(before + number));
	}

	private static void write(SharedStore store, SwitchState state) {
		try {
			store.writeSwitch(state);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Generation save(SharedStore store, String id, Backup... backups) throws IOException {
		return store.archive()
			.write(new SnapshotChange(id, "snapshot", List.of(backups), Set.of(), false))
			.generation();
	}

	private static SwitchState on(String reason, Instant at) {
		return new SwitchState(true, at, "ops", reason, null);
	}

	private static SwitchState switchOf(SharedStore store) {
		return Objects.requireNonNull(store.state().failoverSwitch());
	}

	private static boolean isLoaded(SharedStore store, ServiceKey key) {
		return store.state().backups().find(key) instanceof SharedBackup backup && backup.isLoaded();
	}

	private static List<String> addresses(SharedStore store, ServiceKey key) {
		BackupRef found = store.state().backups().find(key);
		Backup backup = (found != null) ? found.get() : null;
		List<Instance> all = (backup != null) ? backup.all(null) : null;
		return (all != null) ? all.stream().map(Instance::getIp).toList() : List.of();
	}

	private static Backup backup(ServiceKey key, String... addresses) {
		List<Instance> instances = new ArrayList<>();
		for (String address : addresses) {
			Instance instance = new Instance();
			instance.setIp(address);
			instance.setPort(8080);
			instances.add(instance);
		}
		return Backup.copyOf(key, instances);
	}

}
