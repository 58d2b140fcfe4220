package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.store.UnavailableStoreException;
import io.github.nacosfailover.store.archive.BackupSummary;
import io.github.nacosfailover.store.document.DocumentNames;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.WriteBatch;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import io.github.nacosfailover.testsupport.ProcessSettings;
import io.github.nacosfailover.testsupport.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
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
	void problemsOfTheEngineAreListed() {
		SharedStore store = open("a");
		this.engine.hasProblems("on purpose");
		assertThat(store.problems()).containsExactly(new Problem(store.location(), "on purpose"));
		this.engine.hasProblems();
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
		Snapshot first = save(one, "1", backup(ORDERS, "10.0.0.1"));
		assertThat(first).isNotNull();
		assertThat(save(other, "2", backup(ORDERS, "10.0.0.1"))).isNull();
		assertThat(other.archive().snapshots()).extracting(Snapshot::id).containsExactly("1");
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
		await().untilAsserted(() -> assertThat(new LocalCopy(this.directory.resolve("a"), "test", 1000).read().all())
			.extracting(Documents.Document::name)
			.contains(DocumentNames.SWITCH, DocumentNames.backup(ORDERS)));
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
		Path copy = Path.of(new LocalCopy(this.directory.resolve("a"), "test", 1000).location());
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
	void restoresASnapshotEverywhere() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		save(one, "2", backup(ORDERS, "10.0.0.2"), backup(PAYMENTS, "10.0.0.9"));
		await().until(() -> other.archive().snapshots().size() == 2);
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
	void oldSnapshotsGoWithTheirContentsAndPinnedOnesStay() throws Exception {
		SharedStore store = open("a");
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		store.archive().pin("1", true);
		for (int i = 2; i <= 8; i++) {
			save(store, "" + i, backup(ORDERS, "10.0.0." + i));
		}
		assertThat(store.archive().snapshots()).extracting(Snapshot::id).containsExactly("8", "7", "6", "1");
		// Of four snapshots: backups and lists.
		assertThat(this.engine.open("public").contentHashes()).hasSize(8);
		store.archive().restore("1", true, "9", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
	}

	@Test
	void snapshotThatAnotherProcessDeletesMeanwhileIsNotRestored() throws Exception {
		SharedStore other = open("b");
		AtomicReference<Runnable> beforeWrite = new AtomicReference<>(() -> {
		});
		SharedStore one = open("a", interrupted(this.engine.open("public"), "write", beforeWrite));
		save(one, "1", backup(ORDERS, "10.0.0.1"));
		save(one, "2", backup(ORDERS, "10.0.0.2"));
		await().until(() -> other.archive().snapshots().size() == 2);
		beforeWrite.set(() -> {
			beforeWrite.set(() -> {
			});
			delete(other, "1");
		});
		assertThatExceptionOfType(UnknownSnapshotException.class)
			.isThrownBy(() -> one.archive().restore("1", false, "3", "ops"));
		assertThat(addresses(open("c"), ORDERS)).containsExactly("10.0.0.2");
		assertThat(one.archive().snapshots()).extracting(Snapshot::id).containsExactly("2");
	}

	@Test
	void snapshotWhoseContentsTheEngineHasLostIsRefusedAndChangesNothing() throws Exception {
		SharedStore store = open("a");
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		String lost = String.valueOf(store.index().find(DocumentNames.backup(ORDERS)).hash());
		save(store, "2", backup(ORDERS, "10.0.0.2"));
		this.engine.evict("public", lost);
		SharedStore fresh = open("b");
		assertThatIOException().isThrownBy(() -> fresh.archive().restore("1", false, "3", "ops"))
			.withMessageContaining(lost)
			.withMessageContaining("nothing is changed")
			.withMessageContaining("take a snapshot anew");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.2");
		assertThat(fresh.archive().snapshots()).hasSize(2);
	}

	@Test
	void contentThatIsAtHandIsPutBack() throws Exception {
		SharedStore store = open("a");
		store.used(ORDERS);
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		Document orders = Objects.requireNonNull(store.index().find(DocumentNames.backup(ORDERS)));
		this.engine.evict("public", orders.hash());
		store.commit((index) -> {
			WriteBatch draft = new WriteBatch();
			draft.refer(DocumentNames.backup(PAYMENTS), String.valueOf(orders.hash()), orders.text());
			return draft;
		});
		assertThat(this.engine.open("public").contents(List.of(orders.hash()))).hasSize(1);
	}

	@Test
	void sizeIsThatOfAllContentsThatAreKept() throws Exception {
		SharedStore store = open("a",
				new SharedSettings(Duration.ofMillis(100), Duration.ofMillis(200), "a", 10, 4000));
		Backup[] many = new Backup[50];
		for (int i = 0; i < many.length; i++) {
			many[i] = backup(ServiceKey.of("DEFAULT_GROUP", "service-" + i), "10.0.0." + i);
		}
		save(store, "0", many);
		for (int i = 1; i <= 5; i++) {
			save(store, "" + i, backup(ORDERS, "10.0.1." + i));
			// The newest stays, however large.
			assertThat(store.archive().snapshots()).extracting(Snapshot::id).containsExactly("" + i);
		}
		store.archive().pin("5", true);
		save(store, "6", backup(ORDERS, "10.0.1.6"));
		assertThat(store.archive().snapshots()).extracting(Snapshot::id).containsExactly("6", "5");
	}

	@Test
	void asManySnapshotsAsFitAreKept() throws Exception {
		SharedStore store = open("a",
				new SharedSettings(Duration.ofMillis(100), Duration.ofMillis(200), "a", 10, 2000));
		for (int i = 1; i <= 9; i++) {
			save(store, "" + i, backup(ORDERS, "10.0.0." + i));
		}
		assertThat(store.archive().snapshots()).hasSizeBetween(2, 8);
		assertThat(contentSize()).isLessThanOrEqualTo(2000);
	}

	private long contentSize() throws IOException {
		try (Documents documents = this.engine.open("public")) {
			return documents.contents(documents.contentHashes())
				.values()
				.stream()
				.mapToLong((content) -> content.length)
				.sum();
		}
	}

	@Test
	void contentOfASwitchWithManyExceptionsGoesWithIt() throws Exception {
		SharedStore store = open("a");
		for (int i = 1; i <= 4; i++) {
			Map<ServiceKey, Boolean> exceptions = new HashMap<>();
			for (int service = 0; service < 200 + i; service++) {
				exceptions.put(ServiceKey.of("DEFAULT_GROUP", "service-with-a-long-name-" + service), true);
			}
			store.writeSwitch(new SwitchState(false, Instant.now(), "ops", null, null, exceptions));
			assertThat(this.engine.open("public").contentHashes()).hasSize(1);
			assertThat(switchOf(open("fresh-" + i)).exceptions()).hasSize(200 + i);
		}
		store.writeSwitch(SwitchState.OFF);
		assertThat(this.engine.open("public").contentHashes()).isEmpty();
	}

	@Test
	void ownProcessIsNeverLaggingBehindWhatItHasWritten() throws Exception {
		SharedStore store = open("a", new SharedSettings(Duration.ofMinutes(10), Duration.ofMinutes(10), "a", 3, 4000));
		await().until(() -> this.engine.reports() > 0);
		store.writeSwitch(on("upgrade", Instant.now()));
		assertThat(store.fleet()).isEqualTo(new FleetState(1, 1, List.of()));
	}

	@Test
	void threadSurvivesErrorsOfTheEngineAndSaysSo() throws Exception {
		AtomicReference<Runnable> beforeLook = new AtomicReference<>(() -> {
		});
		SharedStore store = open("a", interrupted(this.engine.open("public"), "changesSince", beforeLook));
		SharedStore other = open("b");
		this.engine.loseNotices();
		beforeLook.set(() -> {
			throw new AssertionError("thrown by the test");
		});
		await().until(() -> messages(store).stream().anyMatch((message) -> message.contains("AssertionError")));
		beforeLook.set(() -> {
			throw new Unprintable();
		});
		await().until(() -> messages(store).stream().anyMatch((message) -> message.contains("Unprintable")));
		beforeLook.set(Thread.currentThread()::isAlive);
		other.writeSwitch(on("upgrade", Instant.now()));
		await().untilAsserted(() -> assertThat(switchOf(store).enabled()).isTrue());
		await().untilAsserted(() -> assertThat(store.problems()).isEmpty());
	}

	@Test
	void threadSurvivesAnInterruptThatTheEngineHasLeft() throws Exception {
		AtomicReference<Runnable> beforeLook = new AtomicReference<>(() -> Thread.currentThread().interrupt());
		SharedStore store = open("a", interrupted(this.engine.open("public"), "changesSince", beforeLook));
		SharedStore other = open("b");
		this.engine.loseNotices();
		for (int i = 0; i < 3; i++) {
			String reason = "upgrade " + i;
			other.writeSwitch(on(reason, Instant.now()));
			await().untilAsserted(() -> assertThat(switchOf(store).reason()).isEqualTo(reason));
		}
	}

	@Test
	void contentThatIsLargerThanABackupCanBeIsNotReadAndDoesNotHinderOthers() throws Exception {
		SharedSettings settings = new SharedSettings(Duration.ofMillis(100), Duration.ofMillis(100),
				Duration.ofMillis(200), "a", 3, 1_000_000, 1000);
		SharedStore store = open("a", settings);
		byte[] huge = new byte[100_000];
		String hash = BackupFormat.digest(huge);
		store.commit((index) -> {
			WriteBatch draft = new WriteBatch();
			draft.put(DocumentNames.backup(PAYMENTS), hash, new BackupSummary(1, 1, Instant.now(), 1, false).write(),
					huge);
			return draft;
		});
		save(store, "1", backup(ORDERS, "10.0.0.1"));
		SharedStore reader = open("b", settings);
		reader.used(ORDERS);
		reader.used(PAYMENTS);
		assertThat(addresses(reader, ORDERS)).containsExactly("10.0.0.1");
		assertThat(Objects.requireNonNull(reader.state().backups().find(PAYMENTS)).get()).isNull();
		assertThat(messages(reader)).singleElement().asString().contains("max-file-size");
	}

	@Test
	void backupThatIsTooLargeIsKeptAsItIs() throws Exception {
		SharedStore store = open("a", new SharedSettings(Duration.ofMillis(100), Duration.ofMillis(100),
				Duration.ofMillis(200), "a", 3, 1_000_000, 1000));
		String[] many = new String[200];
		Arrays.setAll(many, (i) -> "10.0.0." + i);
		SnapshotResult result = store.archive()
			.write(new SnapshotChange("1", "test", List.of(backup(ORDERS, many), backup(PAYMENTS, "10.0.0.1")),
					Set.of(), false));
		assertThat(result.kept()).containsOnlyKeys(ORDERS);
		assertThat(result.kept().get(ORDERS)).contains("max-file-size");
		assertThat(addresses(store, PAYMENTS)).containsExactly("10.0.0.1");
	}

	private static List<String> messages(SharedStore store) {
		return store.problems().stream().map(Problem::message).toList();
	}

	@Test
	void memoryIsShared() throws Exception {
		SharedStore one = open("a");
		SharedStore other = open("b");
		one.archive().guardState().change((known) -> Map.of(ORDERS, "shrunk"));
		await().untilAsserted(() -> assertThat(other.archive().guardState().read()).containsEntry(ORDERS, "shrunk"));
	}

	@Test
	void whatIsNotOursInTheLocalCopyIsLeftAlone() throws Exception {
		SharedStore store = open("a");
		Path copy = Path.of(new LocalCopy(this.directory.resolve("a"), "test", 1000).location());
		Path other = Files.writeString(Files.createDirectories(copy.resolve("other")).resolve("file"), "text");
		store.writeSwitch(on("upgrade", Instant.now()));
		assertThat(copy.resolve("index")).exists();
		assertThat(other).hasContent("text");
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void damagedLocalCopyIsPassedOverAndReplaced() throws Exception {
		SharedStore store = open("a");
		store.writeSwitch(on("upgrade", Instant.now()));
		Path copy = Path.of(new LocalCopy(this.directory.resolve("a"), "test", 1000).location());
		store.close();
		Files.deleteIfExists(copy.resolve("index.previous"));
		Files.writeString(copy.resolve("index"), "damaged");
		SwitchState later = on("later", Instant.now().plusSeconds(1));
		SharedStore restarted = open("a");
		restarted.writeSwitch(later);
		restarted.close();
		assertThat(restarted.problems()).isEmpty();
		this.engine.stop();
		assertThat(switchOf(open("a"))).isEqualTo(later);
	}

	@Test
	void localCopyHasTheContentsInUse() throws Exception {
		SharedStore store = open("a");
		save(store, "1", backup(ORDERS, "10.0.0.1"), backup(PAYMENTS, "10.0.0.7"));
		store.used(ORDERS);
		store.used(PAYMENTS);
		LocalCopy copy = new LocalCopy(this.directory.resolve("a"), "test", 1000);
		await().untilAsserted(() -> assertThat(copy.hashes()).hasSize(2));
		for (String hash : copy.hashes()) {
			assertThat(copy.content(hash)).isNotNull();
		}
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
		return open(process, settings(process, pollInterval));
	}

	private SharedStore open(String process, SharedSettings settings) {
		return open(process, this.engine.open("public"), settings);
	}

	private SharedStore open(String process, Documents documents) {
		return open(process, documents, settings(process, Duration.ofMillis(100)));
	}

	private SharedStore open(String process, Documents documents, SharedSettings settings) {
		SharedStore store = new SharedStore("test", documents, this.directory.resolve(process), settings);
		this.stores.add(store);
		return store;
	}

	private SharedSettings settings(String process, Duration pollInterval) {
		return ProcessSettings.of(process + "-" + this.instances.incrementAndGet(), pollInterval,
				Duration.ofMillis(200), 3);
	}

	/** Documents of which one method is preceded by something else. */
	private static Documents interrupted(Documents documents, String name, AtomicReference<Runnable> before) {
		return (Documents) Proxy.newProxyInstance(Documents.class.getClassLoader(), new Class<?>[] { Documents.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals(name)) {
						before.get().run();
					}
					try {
						return method.invoke(documents, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private static void delete(SharedStore store, String id) {
		try {
			store.archive().delete(id);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
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

	private static Snapshot save(SharedStore store, String id, Backup... backups) throws IOException {
		return store.archive().write(new SnapshotChange(id, "snapshot", List.of(backups), Set.of(), false)).snapshot();
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

	/** What cannot even be logged. */
	private static final class Unprintable extends Error {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new IllegalStateException("thrown by the test");
		}

	}

}
