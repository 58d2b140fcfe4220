package io.github.nacosfailover.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What every store has to do, ours or your own: extend this class and say how to open it.
 * Needs JUnit Jupiter, AssertJ and Awaitility.
 */
public abstract class FailoverStoreContract {

	/** As many snapshots the stores of a test have to keep, pinned ones on top. */
	protected static final int SNAPSHOTS = 3;

	private static final int RACES = 10;

	private static final int USERS = 8;

	private static final ServiceKey ORDERS = key("orders");

	private static final ServiceKey PAYMENTS = key("payments");

	private static final Instant SINCE = Instant.parse("2026-11-23T02:49:00.123Z");

	private static final SwitchState ON = new SwitchState(true, SINCE, "ops", "nacos upgrade", SINCE.plusSeconds(1800));

	private final String namespace = "ns-" + UUID.randomUUID();

	private final List<FailoverStore> opened = new ArrayList<>();

	@TempDir
	private Path home;

	/**
	 * Opens the store of a namespace, as a process of its own does each time.
	 * @param namespace id of the namespace; stores of the same one share their data
	 * @param directory a directory of this process alone, which is the same again after a
	 * restart; what is shared may be beside it, in its parent
	 * @return the store
	 * @throws IOException if it cannot be opened
	 */
	protected abstract FailoverStore open(String namespace, Path directory) throws IOException;

	/**
	 * Closes a store.
	 * @param store the store
	 * @throws IOException if it cannot be closed
	 */
	protected abstract void close(FailoverStore store) throws IOException;

	/**
	 * Whether a thread belongs to a store, so that it has to end with the last one.
	 * @param thread the thread
	 * @return {@code true} if no such thread may be left
	 */
	protected boolean belongsToStore(Thread thread) {
		return thread.getName().startsWith("nacos-failover");
	}

	private FailoverStore start(String process) throws IOException {
		FailoverStore store = open(this.namespace, directory(process));
		this.opened.add(store);
		return store;
	}

	private Path directory(String process) throws IOException {
		return Files.createDirectories(this.home.resolve(process));
	}

	private void stop(FailoverStore store) throws IOException {
		this.opened.remove(store);
		close(store);
	}

	@AfterEach
	void closeAll() throws IOException {
		for (FailoverStore store : List.copyOf(this.opened)) {
			stop(store);
		}
	}

	@Test
	void storeIsOffAndEmptyAtFirst() throws Exception {
		FailoverStore store = start("one");
		assertThat(switchOf(store)).isEqualTo(SwitchState.OFF);
		assertThat(store.state().backups().isEmpty()).isTrue();
		assertThat(store.problems()).isEmpty();
		SnapshotArchive archive = archive(store);
		assertThat(archive.saved()).isEmpty();
		assertThat(archive.manual()).isEmpty();
		assertThat(archive.snapshots()).isEmpty();
		assertThat(archive.guardState().read()).isEmpty();
	}

	@Test
	void storeSaysWhatItIs() throws Exception {
		FailoverStore store = start("one");
		assertThat(store.name()).isNotBlank();
		assertThat(store.type()).isNotBlank();
		assertThat(store.location()).isNotBlank();
		assertThat(store.isWritable()).isTrue();
	}

	@Test
	void switchIsShownAndToldBeforeTheWriteReturns() throws Exception {
		FailoverStore store = start("one");
		List<SwitchState> told = new CopyOnWriteArrayList<>();
		Runnable listener = () -> told.add(switchOf(store));
		store.addListener(listener);
		store.writeSwitch(ON);
		assertThat(told).contains(ON);
		assertThat(switchOf(store)).isEqualTo(ON);
		store.writeSwitch(SwitchState.OFF);
		assertThat(told).endsWith(SwitchState.OFF);
		store.removeListener(listener);
		int before = told.size();
		store.writeSwitch(ON);
		assertThat(told).hasSize(before);
	}

	@Test
	void switchReachesOtherProcesses() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		List<SwitchState> told = new CopyOnWriteArrayList<>();
		other.addListener(() -> told.add(switchOf(other)));
		one.writeSwitch(ON);
		await(() -> assertThat(told).contains(ON));
		other.writeSwitch(SwitchState.OFF);
		await(() -> assertThat(switchOf(one).enabled()).isFalse());
	}

	@Test
	void exceptionsStayWhenTheSwitchIsWrittenWithThem() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		SwitchState state = ON.withExceptions(Map.of(ORDERS, false, PAYMENTS, true));
		one.writeSwitch(state);
		await(() -> assertThat(switchOf(other)).isEqualTo(state));
		one.changeSwitch((known) -> known.withExceptions(Map.of(PAYMENTS, true)));
		assertThat(switchOf(one)).isEqualTo(ON.withExceptions(Map.of(PAYMENTS, true)));
		one.changeSwitch((known) -> known.withExceptions(Map.of()));
		await(() -> assertThat(switchOf(other)).isEqualTo(ON));
	}

	@Test
	void usersThatChangeTheSwitchAtOnceDoNotUndoEachOther() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		atOnce((user) -> ((user % 2 == 0) ? one : other)
			.changeSwitch((known) -> withException(known, key("service-" + user))));
		await(() -> {
			assertThat(switchOf(one).exceptions()).hasSize(USERS);
			assertThat(switchOf(other)).isEqualTo(switchOf(one));
		});
	}

	@Test
	void everythingIsThereAgainAfterARestart() throws Exception {
		FailoverStore store = start("one");
		SwitchState state = ON.withExceptions(Map.of(ORDERS, false));
		store.writeSwitch(state);
		save(store, "1", backup(ORDERS, 1, 2));
		save(store, "2", backup(PAYMENTS, 3));
		archive(store).pin("1", true);
		archive(store).guardState().change((known) -> Map.of(ORDERS, "remembered"));
		archive(store).holds().change((known) -> Map.of(ORDERS, "held"));
		stop(store);
		FailoverStore restarted = start("one");
		assertThat(switchOf(restarted)).isEqualTo(state);
		assertThat(addresses(restarted, ORDERS)).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(addresses(restarted, PAYMENTS)).containsExactly("10.0.0.3");
		assertThat(ids(restarted)).containsExactly("2", "1");
		assertThat(archive(restarted).snapshots().get(1).pinned()).isTrue();
		assertThat(archive(restarted).guardState().read()).isEqualTo(Map.of(ORDERS, "remembered"));
		assertThat(archive(restarted).holds().read()).isEqualTo(Map.of(ORDERS, "held"));
		assertThat(archive(restarted).saved()).containsOnlyKeys(ORDERS, PAYMENTS);
	}

	@Test
	void namespacesShareNothing() throws Exception {
		FailoverStore one = start("one");
		FailoverStore stranger = open(this.namespace + "-2", directory("stranger"));
		this.opened.add(stranger);
		one.writeSwitch(ON);
		save(one, "1", backup(ORDERS, 1));
		save(stranger, "1", backup(PAYMENTS, 1));
		assertThat(switchOf(stranger)).isEqualTo(SwitchState.OFF);
		assertThat(services(stranger)).containsExactly(PAYMENTS);
		assertThat(services(one)).containsExactly(ORDERS);
	}

	@Test
	void backupsAreShownAndToldBeforeTheWriteReturns() throws Exception {
		FailoverStore store = start("one");
		List<List<String>> told = new CopyOnWriteArrayList<>();
		store.addListener(() -> told.add(addresses(store, ORDERS)));
		Instant before = Instant.now();
		Snapshot snapshot = save(store, "1", backup(ORDERS, 1, 2), unhealthy(PAYMENTS, 3));
		assertThat(told).contains(List.of("10.0.0.1", "10.0.0.2"));
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1", "10.0.0.2");
		BackupRef payments = find(store, PAYMENTS);
		assertThat(payments.key()).isEqualTo(PAYMENTS);
		assertThat(payments.instances()).isEqualTo(1);
		assertThat(payments.healthy()).isZero();
		assertThat(payments.modified()).isAfter(before.minusSeconds(5));
		assertThat(archive(store).saved()).isEqualTo(
				Map.of(ORDERS, SavedBackup.of(backup(ORDERS, 1, 2)), PAYMENTS, SavedBackup.of(unhealthy(PAYMENTS, 3))));
		assertThat(snapshot.id()).isEqualTo("1");
		assertThat(snapshot.by()).isEqualTo("test");
		assertThat(snapshot.services()).isEqualTo(2);
		assertThat(snapshot.instances()).isEqualTo(3);
		assertThat(snapshot.pinned()).isFalse();
		assertThat(snapshot.at()).isAfter(before.minusSeconds(5));
		assertThat(snapshot.added()).containsExactlyInAnyOrder(ORDERS, PAYMENTS);
	}

	@Test
	void backupsReachOtherProcesses() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		save(one, "1", backup(ORDERS, 1));
		await(() -> assertThat(addresses(other, ORDERS)).containsExactly("10.0.0.1"));
		save(other, "2", backup(ORDERS, 2));
		await(() -> assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.2"));
		await(() -> assertThat(ids(one)).containsExactly("2", "1"));
	}

	@Test
	void contentOfABackupIsKeptAsItIs() throws Exception {
		FailoverStore store = start("one");
		Instance instance = instance("10.0.0.1", true);
		instance.setWeight(0.25);
		instance.setEnabled(false);
		instance.setEphemeral(false);
		instance.setClusterName("Zürich");
		instance.setMetadata(new LinkedHashMap<>(Map.of("ключ", "value \"quoted\"\n")));
		save(store, "1", Backup.copyOf(ORDERS, List.of(instance)));
		stop(store);
		List<Instance> found = instances(start("one"), ORDERS);
		assertThat(found).hasSize(1);
		assertThat(found.get(0).getWeight()).isEqualTo(0.25);
		assertThat(found.get(0).isEnabled()).isFalse();
		assertThat(found.get(0).isEphemeral()).isFalse();
		assertThat(found.get(0).getClusterName()).isEqualTo("Zürich");
		assertThat(found.get(0).getMetadata()).isEqualTo(Map.of("ключ", "value \"quoted\"\n"));
	}

	@Test
	void namesOfServicesAreKeptAsTheyAre() throws Exception {
		FailoverStore store = start("one");
		Set<ServiceKey> keys = Set.of(key("订单"), key("Orders"), key("orders"), key("a b/c%40*"), key("x".repeat(300)),
				ServiceKey.of("g".repeat(100), "orders"));
		save(store, "1", keys.stream().map((key) -> backup(key, 1)).toArray(Backup[]::new));
		stop(store);
		FailoverStore restarted = start("one");
		assertThat(services(restarted)).containsExactlyInAnyOrderElementsOf(keys);
		keys.forEach((key) -> assertThat(addresses(restarted, key)).containsExactly("10.0.0.1"));
	}

	@Test
	void whatIsThereAlreadyIsNotWrittenAgain() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		save(one, "1", backup(ORDERS, 1, 2));
		assertThat(save(one, "2", backup(ORDERS, 2, 1))).isNull();
		await(() -> assertThat(services(other)).containsExactly(ORDERS));
		assertThat(save(other, "3", backup(ORDERS, 1, 2))).isNull();
		assertThat(save(one, "4")).isNull();
		assertThat(ids(one)).containsExactly("1");
	}

	@Test
	void sameBackupsOfManyAtOnceAreOneSnapshot() throws Exception {
		List<FailoverStore> stores = new ArrayList<>();
		for (int i = 0; i < USERS; i++) {
			stores.add(start("process-" + i));
		}
		List<Snapshot> made = new CopyOnWriteArrayList<>();
		atOnce((user) -> {
			Snapshot snapshot = save(stores.get(user), "by-" + user, backup(ORDERS, 1), backup(PAYMENTS, 2));
			if (snapshot != null) {
				made.add(snapshot);
			}
		});
		assertThat(made).hasSize(1);
		for (FailoverStore store : stores) {
			await(() -> assertThat(ids(store)).containsExactly(made.get(0).id()));
		}
	}

	@Test
	void differentBackupsOfManyAtOnceAreAllKept() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		atOnce((user) -> save((user % 2 == 0) ? one : other, "by-" + user, backup(key("service-" + user), user + 1)));
		await(() -> {
			assertThat(services(one)).hasSize(USERS);
			assertThat(services(other)).hasSize(USERS);
		});
		for (int user = 0; user < USERS; user++) {
			assertThat(addresses(one, key("service-" + user))).containsExactly("10.0.0." + (user + 1));
		}
	}

	@Test
	void snapshotTellsWhatIsNewInIt() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1), backup(PAYMENTS, 2));
		Snapshot next = archive(store)
			.write(new SnapshotChange("2", "ops", List.of(backup(ORDERS, 3), backup(key("new"), 4)), Set.of(PAYMENTS),
					false))
			.snapshot();
		assertThat(next).isNotNull();
		assertThat(next.added()).containsExactly(key("new"));
		assertThat(next.changed()).containsExactly(ORDERS);
		assertThat(next.removed()).containsExactly(PAYMENTS);
		assertThat(next.by()).isEqualTo("ops");
		assertThat(services(store)).containsExactlyInAnyOrder(ORDERS, key("new"));
		assertThat(archive(store).snapshots().get(0)).isEqualTo(next);
	}

	@Test
	void idThatIsTakenIsMadeUnique() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1));
		Snapshot next = save(store, "1", backup(ORDERS, 2));
		assertThat(next.id()).startsWith("1").isNotEqualTo("1");
		assertThat(ids(store)).containsExactly(next.id(), "1");
		archive(store).restore("1", false, "3", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
	}

	@Test
	void restoreMergesOrIsExact() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1));
		save(store, "2", backup(ORDERS, 2), backup(PAYMENTS, 3));
		SnapshotResult merged = archive(store).restore("1", false, "3", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
		assertThat(addresses(store, PAYMENTS)).containsExactly("10.0.0.3");
		assertThat(merged.snapshot()).isNotNull();
		assertThat(merged.snapshot().id()).isEqualTo("3");
		assertThat(merged.snapshot().changed()).containsExactly(ORDERS);
		SnapshotResult exact = archive(store).restore("1", true, "4", "ops");
		assertThat(services(store)).containsExactly(ORDERS);
		assertThat(exact.snapshot()).isNotNull();
		assertThat(exact.snapshot().removed()).containsExactly(PAYMENTS);
	}

	@Test
	void restoreReachesOtherProcessesAndCanBeUndone() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		save(one, "1", backup(ORDERS, 1));
		save(one, "2", backup(ORDERS, 2), backup(PAYMENTS, 3));
		await(() -> assertThat(ids(other)).containsExactly("2", "1"));
		archive(other).restore("1", true, "3", "ops");
		await(() -> assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.1"));
		await(() -> assertThat(ids(one)).contains("3"));
		archive(one).restore("2", true, "4", "ops");
		assertThat(addresses(one, ORDERS)).containsExactly("10.0.0.2");
		assertThat(addresses(one, PAYMENTS)).containsExactly("10.0.0.3");
	}

	@Test
	void restoreOfWhatIsThereChangesNothing() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1));
		assertThat(archive(store).restore("1", true, "2", "ops").snapshot()).isNull();
		assertThat(ids(store)).containsExactly("1");
	}

	@Test
	void unknownSnapshotIsRefused() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1));
		SnapshotArchive archive = archive(store);
		assertThatExceptionOfType(UnknownSnapshotException.class)
			.isThrownBy(() -> archive.restore("0", false, "2", "ops"));
		assertThatExceptionOfType(UnknownSnapshotException.class).isThrownBy(() -> archive.pin("0", true));
		assertThatExceptionOfType(UnknownSnapshotException.class).isThrownBy(() -> archive.delete("0"));
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.1");
	}

	@Test
	void oldSnapshotsGoButPinnedOnesStay() throws Exception {
		FailoverStore store = start("one");
		for (int i = 1; i <= SNAPSHOTS + 3; i++) {
			save(store, "" + i, backup(ORDERS, i));
			if (i == 2) {
				assertThat(archive(store).pin("2", true).pinned()).isTrue();
			}
		}
		assertThat(ids(store)).containsExactly("6", "5", "4", "2");
		archive(store).restore("2", false, "7", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.2");
		assertThat(archive(store).pin("2", false).pinned()).isFalse();
		save(store, "8", backup(ORDERS, 8));
		assertThat(ids(store)).containsExactly("8", "7", "6");
		archive(store).restore("6", false, "9", "ops");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.6");
	}

	@Test
	void pinnedSnapshotsAreBesideThoseToKeep() throws Exception {
		FailoverStore store = start("one");
		for (int i = 1; i <= SNAPSHOTS; i++) {
			save(store, "pinned-" + i, backup(ORDERS, i));
			archive(store).pin("pinned-" + i, true);
		}
		for (int i = 1; i <= SNAPSHOTS + 1; i++) {
			save(store, "" + i, backup(ORDERS, SNAPSHOTS + i));
		}
		assertThat(ids(store)).containsExactly("4", "3", "2", "pinned-3", "pinned-2", "pinned-1");
	}

	@Test
	void restoreThatRacesWithADeleteHasItsContentOrIsRefused() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		for (int i = 0; i < RACES; i++) {
			String old = "old-" + i;
			String restored = "restored-" + i;
			save(one, old, backup(ORDERS, 100 + i));
			save(one, "new-" + i, backup(ORDERS, 1));
			await(() -> assertThat(ids(other)).contains(old));
			AtomicBoolean refused = new AtomicBoolean();
			atOnce((user) -> {
				if (user == 0) {
					archive(other).delete(old);
				}
				else if (user == 1) {
					try {
						archive(one).restore(old, false, restored, "ops");
					}
					catch (UnknownSnapshotException ex) {
						refused.set(true);
					}
				}
			});
			// A process that has nothing at hand yet.
			FailoverStore fresh = start("fresh-" + i);
			String expected = "10.0.0." + (refused.get() ? 1 : 100 + i);
			assertThat(addresses(fresh, ORDERS)).containsExactly(expected);
			stop(fresh);
			archive(one).snapshots();
			await(() -> assertThat(addresses(other, ORDERS)).containsExactly(expected));
			await(() -> assertThat(addresses(one, ORDERS)).containsExactly(expected));
		}
	}

	@Test
	void deletedSnapshotIsGoneAndBackupsStay() throws Exception {
		FailoverStore store = start("one");
		save(store, "1", backup(ORDERS, 1));
		save(store, "2", backup(ORDERS, 2));
		archive(store).delete("2");
		assertThat(ids(store)).containsExactly("1");
		assertThat(addresses(store, ORDERS)).containsExactly("10.0.0.2");
		assertThat(archive(store).saved()).containsOnlyKeys(ORDERS);
		assertThat(archive(store).manual()).isEmpty();
		archive(store).delete("1");
		assertThat(ids(store)).isEmpty();
		stop(store);
		assertThat(addresses(start("one"), ORDERS)).containsExactly("10.0.0.2");
	}

	@Test
	void memoryIsWhatWasWrittenLast() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		archive(one).guardState().change((known) -> Map.of(ORDERS, "a=1;b=2", PAYMENTS, "\"x\""));
		await(() -> assertThat(archive(other).guardState().read())
			.isEqualTo(Map.of(ORDERS, "a=1;b=2", PAYMENTS, "\"x\"")));
		archive(other).guardState().change((known) -> Map.of(PAYMENTS, "y"));
		assertThat(archive(other).guardState().read()).isEqualTo(Map.of(PAYMENTS, "y"));
		await(() -> assertThat(archive(one).guardState().read()).isEqualTo(Map.of(PAYMENTS, "y")));
		assertThat(one.state().backups().isEmpty()).isTrue();
	}

	@Test
	void servicesInUseAreRememberedForAllAndForTheNextStart() throws Exception {
		FailoverStore one = start("one");
		FailoverStore other = start("other");
		// A directory is not created for it.
		one.writeSwitch(SwitchState.OFF);
		LocalDate today = LocalDate.of(2026, 11, 26);
		usageLog(one).add(List.of(ORDERS), today.minusDays(40));
		usageLog(one).add(List.of(PAYMENTS), today.minusDays(20));
		await(() -> assertThat(usageLog(other).read()).containsKey(PAYMENTS));
		List<ServiceKey> many = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			many.add(key("used-by-other-" + i));
		}
		usageLog(other).add(many, today);
		stop(other);
		stop(one);
		FailoverStore restarted = start("restarted");
		await(() -> assertThat(usageLog(restarted).read()).containsKeys(PAYMENTS, many.get(199))
			.doesNotContainKey(ORDERS)
			.hasSize(201));
	}

	private static UsageLog usageLog(FailoverStore store) {
		return Objects.requireNonNull(store.usageLog());
	}

	@Test
	void stateIsNeverHalf() throws Exception {
		FailoverStore writer = start("writer");
		FailoverStore reader = start("reader");
		List<ServiceKey> keys = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			keys.add(key("service-" + i));
			reader.used(keys.get(i));
			writer.used(keys.get(i));
		}
		saveAll(writer, keys, 1);
		await(() -> assertThat(services(reader)).hasSize(keys.size()));
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			List<Future<Set<String>>> watches = List.of(executor.submit(() -> mixtures(writer, keys, done)),
					executor.submit(() -> mixtures(reader, keys, done)));
			for (int i = 2; i <= 12; i++) {
				saveAll(writer, keys, i);
			}
			await(() -> assertThat(addresses(reader, keys.get(0))).containsExactly("10.0.0.12"));
			done.set(true);
			for (Future<Set<String>> watch : watches) {
				assertThat(watch.get()).isEmpty();
			}
		}
		finally {
			done.set(true);
			executor.shutdown();
		}
	}

	private void saveAll(FailoverStore store, Collection<ServiceKey> keys, int number) throws IOException {
		save(store, "all-" + number, keys.stream().map((key) -> backup(key, number)).toArray(Backup[]::new));
	}

	/** States in which not all services have the backup of the same write. */
	private static Set<String> mixtures(FailoverStore store, List<ServiceKey> keys, AtomicBoolean done) {
		Set<String> mixtures = new HashSet<>();
		while (!done.get()) {
			var table = store.state().backups();
			Set<String> found = new HashSet<>();
			for (ServiceKey key : keys) {
				BackupRef ref = table.find(key);
				Backup backup = (ref != null) ? ref.get() : null;
				found.add((backup != null) ? String.valueOf(backup.all(null)) : "none");
			}
			if (found.stream().map((text) -> text.replaceAll("service-\\d+", "")).distinct().count() > 1) {
				mixtures.add(found.toString());
			}
			LockSupport.parkNanos(20_000);
		}
		return mixtures;
	}

	@Test
	void closeEndsThreads() throws Exception {
		Set<Thread> others = Thread.getAllStackTraces().keySet();
		FailoverStore store = start("one");
		store.writeSwitch(ON);
		store.used(ORDERS);
		save(store, "1", backup(ORDERS, 1));
		stop(store);
		await(() -> assertThat(Thread.getAllStackTraces().keySet()).filteredOn(this::belongsToStore)
			.isSubsetOf(others));
	}

	private void atOnce(Work work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(USERS);
		try {
			AtomicInteger number = new AtomicInteger();
			List<Callable<Void>> users = new ArrayList<>();
			for (int i = 0; i < USERS; i++) {
				users.add(() -> {
					work.of(number.getAndIncrement());
					return null;
				});
			}
			for (Future<Void> user : executor.invokeAll(users)) {
				user.get();
			}
		}
		finally {
			executor.shutdown();
		}
	}

	private static SwitchState withException(SwitchState state, ServiceKey key) {
		Map<ServiceKey, Boolean> exceptions = new LinkedHashMap<>(state.exceptions());
		exceptions.put(key, true);
		return state.withExceptions(exceptions);
	}

	private static void await(Assertion assertion) {
		Awaitility.await().untilAsserted(assertion::check);
	}

	private static Snapshot save(FailoverStore store, String id, Backup... backups) throws IOException {
		return archive(store).write(new SnapshotChange(id, "test", List.of(backups), Set.of(), false)).snapshot();
	}

	private static SnapshotArchive archive(FailoverStore store) {
		return Objects.requireNonNull(store.archive());
	}

	private static List<String> ids(FailoverStore store) throws IOException {
		return archive(store).snapshots().stream().map(Snapshot::id).toList();
	}

	private static SwitchState switchOf(FailoverStore store) {
		return Objects.requireNonNull(store.state().failoverSwitch());
	}

	private static List<ServiceKey> services(FailoverStore store) {
		return store.state().backups().all().stream().map(BackupRef::key).toList();
	}

	private static BackupRef find(FailoverStore store, ServiceKey key) {
		return Objects.requireNonNull(store.state().backups().find(key));
	}

	private static List<String> addresses(FailoverStore store, ServiceKey key) {
		return instances(store, key).stream().map(Instance::getIp).sorted().toList();
	}

	private static List<Instance> instances(FailoverStore store, ServiceKey key) {
		BackupRef found = store.state().backups().find(key);
		Backup backup = (found != null) ? found.get() : null;
		List<Instance> all = (backup != null) ? backup.all(null) : null;
		return (all != null) ? all : List.of();
	}

	private static ServiceKey key(String service) {
		return ServiceKey.of(ServiceKey.DEFAULT_GROUP, service);
	}

	private static Backup backup(ServiceKey key, int... hosts) {
		List<Instance> instances = new ArrayList<>();
		for (int host : hosts) {
			instances.add(instance("10.0.0." + host, true));
		}
		return Backup.copyOf(key, instances);
	}

	private static Backup unhealthy(ServiceKey key, int host) {
		return Backup.copyOf(key, List.of(instance("10.0.0." + host, false)));
	}

	private static Instance instance(String address, boolean healthy) {
		Instance instance = new Instance();
		instance.setIp(address);
		instance.setPort(8080);
		instance.setHealthy(healthy);
		return instance;
	}

	/** What one of several users does. */
	private interface Work {

		void of(int user) throws IOException;

	}

	/** Something that may fail while it is waited for. */
	private interface Assertion {

		void check() throws IOException;

	}

}
