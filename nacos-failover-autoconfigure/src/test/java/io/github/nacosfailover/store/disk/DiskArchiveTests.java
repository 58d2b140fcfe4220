package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Snapshots as an archive writes them, and how it brings them back.
 */
class DiskArchiveTests extends DiskArchiveTestBase {

	@Test
	void writtenBackupsAreServedAtOnceAndListed() throws Exception {
		DiskStore store = open();
		SnapshotResult result = write(store, backup("orders", "10.0.0.1:80", "10.0.0.2:80"),
				backup("payments", "10.0.0.7:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80", "10.0.0.2:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		assertThat(dataFile("orders")).hasContent(canonical(backup("orders", "10.0.0.1:80", "10.0.0.2:80")));
		assertThat(result.kept()).isEmpty();
		Snapshot snapshot = store.archive().snapshots().get(0);
		assertThat(snapshot).isEqualTo(result.snapshot());
		assertThat(snapshot.id()).isEqualTo("a");
		assertThat(snapshot.by()).isEqualTo("test");
		assertThat(snapshot.services()).isEqualTo(2);
		assertThat(snapshot.instances()).isEqualTo(3);
		assertThat(snapshot.added()).containsExactlyInAnyOrder(ORDERS_KEY, PAYMENTS_KEY);
		assertThat(store.archive().saved())
			.isEqualTo(Map.of(ORDERS_KEY, SavedBackup.of(backup("orders", "10.0.0.1:80", "10.0.0.2:80")), PAYMENTS_KEY,
					SavedBackup.of(backup("payments", "10.0.0.7:80"))));
		assertThat(store.archive().manual()).isEmpty();
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void whatWasWrittenIsKnownAfterARestartBeforeItIsRead() throws Exception {
		write(open(), backup("orders", "10.0.0.1:80", "10.0.0.2:80"));
		DiskBackup restarted = restarted("orders");
		assertThat(restarted.instances()).isEqualTo(2);
		assertThat(restarted.healthy()).isEqualTo(2);
		assertThat(restarted.isRead()).isFalse();
		restarted.read(false);
		assertThat(restarted.isGood()).isTrue();
		assertThat(restarted.instances()).isEqualTo(2);
		assertThat(restarted.digest())
			.isEqualTo(SavedBackup.of(backup("orders", "10.0.0.1:80", "10.0.0.2:80")).digest());
		assertThat(restarted.get().size()).isEqualTo(2);
	}

	@Test
	void fileEditedBeforeARestartIsReadToKnowIt() throws Exception {
		write(open(), backup("orders", "10.0.0.1:80", "10.0.0.2:80"));
		await().until(() -> {
			Files.writeString(dataFile("orders"), canonical(backup("orders", "10.0.0.9:80")));
			return FileSignature.of(dataFile("orders")).changed().isAfter(FileSignature.of(applied()).changed());
		});
		assertThat(restarted("orders").instances()).isEqualTo(1);
	}

	@Test
	void contentCountsWhateverAFileLooksLike() throws Exception {
		write(open(), backup("orders", "10.0.0.1:80", "10.0.0.2:80"));
		Files.writeString(dataFile("orders"), canonical(backup("orders", "10.0.0.9:80")));
		Files.setPosixFilePermissions(applied(), PosixFilePermissions.fromString("rw-------"));
		DiskBackup restarted = restarted("orders");
		restarted.read(false);
		assertThat(restarted.instances()).isEqualTo(1);
		assertThat(restarted.get().size()).isEqualTo(1);
	}

	/** What a process finds that starts, before it has looked at any content. */
	private DiskBackup restarted(String service) {
		DiskStore store = new DiskStore(directory(), MAX_FILE_SIZE);
		return (DiskBackup) store.state().backups().find(ServiceKey.DEFAULT_GROUP, service);
	}

	@Test
	void onlyWhatChangedIsWrittenAndTold() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"), backup("old", "10.0.0.9:80"));
		Object untouched = Files.getAttribute(dataFile("orders"), "unix:ino");
		SnapshotResult result = write(store, false, Set.of(key("old")), backup("orders", "10.0.0.1:80"),
				backup("payments", "10.0.0.8:80"), backup("new", "10.0.0.3:80"));
		Snapshot snapshot = result.snapshot();
		assertThat(snapshot.added()).containsExactly(key("new"));
		assertThat(snapshot.changed()).containsExactly(PAYMENTS_KEY);
		assertThat(snapshot.removed()).containsExactly(key("old"));
		assertThat(snapshot.services()).isEqualTo(3);
		assertThat(Files.getAttribute(dataFile("orders"), "unix:ino")).isEqualTo(untouched);
		assertThat(dataFile("old")).doesNotExist();
		assertThat(addresses(store, "old")).isEmpty();
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.8:80");
	}

	@Test
	void sameInstancesInAnotherOrderChangeNothing() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80", "10.0.0.2:80"));
		SnapshotResult result = write(store, backup("orders", "10.0.0.2:80", "10.0.0.1:80"));
		assertThat(result.snapshot()).isNull();
		assertThat(result.kept()).isEmpty();
		assertThat(ids(store)).containsExactly("a");
	}

	@Test
	void listenersHearOfAWriteOnceAndSeeAllOfIt() throws Exception {
		DiskStore store = open();
		files();
		List<List<String>> seen = new ArrayList<>();
		store.addListener(() -> {
			List<String> all = new ArrayList<>(addresses(store, "orders"));
			all.addAll(addresses(store, "payments"));
			seen.add(all);
		});
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		assertThat(seen).containsExactly(List.of("10.0.0.1:80", "10.0.0.7:80"));
		store.archive().restore("a", true, "x", "test");
		write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.8:80"));
		store.archive().restore("a", true, "y", "test");
		assertThat(seen).containsExactly(List.of("10.0.0.1:80", "10.0.0.7:80"), List.of("10.0.0.2:80", "10.0.0.8:80"),
				List.of("10.0.0.1:80", "10.0.0.7:80"));
	}

	@Test
	void restoreBringsBackOldContentAndCanBeUndone() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		write(store, false, Set.of(PAYMENTS_KEY), backup("orders", "10.0.0.2:80"), backup("new", "10.0.0.3:80"));
		SnapshotResult result = store.archive().restore("a", false, "merged", "ops");
		assertThat(result.snapshot().by()).isEqualTo("ops");
		assertThat(result.snapshot().changed()).containsExactly(ORDERS_KEY);
		assertThat(result.snapshot().added()).containsExactly(PAYMENTS_KEY);
		assertThat(services(store)).containsExactlyInAnyOrder(ORDERS_KEY, PAYMENTS_KEY, key("new"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		store.archive().restore("a", true, "exact", "ops");
		assertThat(services(store)).containsExactlyInAnyOrder(ORDERS_KEY, PAYMENTS_KEY);
		store.archive().restore("b", true, "undone", "ops");
		assertThat(services(store)).containsExactlyInAnyOrder(ORDERS_KEY, key("new"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(ids(store)).containsExactly("undone", "exact", "merged", "b", "a");
		assertThat(store.archive().manual()).isEmpty();
	}

	@Test
	void restoreOfWhatIsThereChangesNothing() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		assertThat(store.archive().restore("a", true, "again", "ops").snapshot()).isNull();
		assertThat(ids(store)).containsExactly("a");
	}

	@Test
	void unknownSnapshotIsRefused() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		for (String id : List.of("b", "../a", "", "00000001", "a/../a")) {
			assertThatExceptionOfType(UnknownSnapshotException.class)
				.isThrownBy(() -> store.archive().restore(id, true, "x", "ops"));
			assertThatExceptionOfType(UnknownSnapshotException.class).isThrownBy(() -> store.archive().delete(id));
			assertThatExceptionOfType(UnknownSnapshotException.class).isThrownBy(() -> store.archive().pin(id, true));
		}
		assertThat(ids(store)).containsExactly("a");
	}

	@Test
	void fileEditedByHandIsLeftAloneUntilItIsDeleted() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		files().service("orders", "10.9.9.9:80");
		SnapshotResult result = write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.8:80"));
		assertThat(result.kept()).containsOnlyKeys(ORDERS_KEY);
		assertThat(result.kept().get(ORDERS_KEY)).contains(ORDERS, "delete the file");
		assertThat(store.archive().manual()).containsExactly(ORDERS_KEY);
		assertThat(store.archive().saved()).containsOnlyKeys(PAYMENTS_KEY);
		assertThat(dataFile("orders")).hasContent(FailoverFiles.json("orders", "10.9.9.9:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.9.9.9:80");
		Files.delete(dataFile("orders"));
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(store.archive().manual()).isEmpty();
	}

	@Test
	void fileEditedByHandIsReplacedIfThatIsAskedForAndCanBeBroughtBack() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		files().service("orders", "10.9.9.9:80");
		assertThat(force(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY);
		assertThat(ids(store)).containsExactly("b", "b-before", "a");
		store.archive().restore("b-before", true, "undone", "ops");
		assertThat(dataFile("orders")).hasContent(FailoverFiles.json("orders", "10.9.9.9:80"));
		assertThat(store.archive().manual()).containsExactly(ORDERS_KEY);
	}

	@Test
	void restoreReplacesFilesEditedByHandAndKeepsThem() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		files().service("orders", "10.9.9.9:80").service("foreign", "10.8.8.8:80");
		store.archive().restore("a", true, "b", "ops");
		assertThat(services(store)).containsExactly(ORDERS_KEY);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		store.archive().restore("b-before", true, "c", "ops");
		assertThat(addresses(store, "orders")).containsExactly("10.9.9.9:80");
		assertThat(addresses(store, "foreign")).containsExactly("10.8.8.8:80");
		assertThat(store.archive().manual()).containsExactlyInAnyOrder(ORDERS_KEY, key("foreign"));
	}

	@Test
	void fileEditedBackToOlderContentIsManual() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		Files.writeString(dataFile("orders"), canonical(backup("orders", "10.0.0.1:80")));
		assertThat(write(store, backup("orders", "10.0.0.3:80")).kept()).containsOnlyKeys(ORDERS_KEY);
		awaitAddresses(store, "orders", "10.0.0.1:80");
	}

	@Test
	void fileOfSomebodyElseIsManualEvenIfItSaysWhatWeWould() throws Exception {
		files().write(ORDERS, canonical(backup("orders", "10.0.0.1:80")));
		DiskStore store = open();
		SnapshotResult same = write(store, backup("orders", "10.0.0.1:80"));
		assertThat(same.snapshot()).isNull();
		assertThat(same.kept()).isEmpty();
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).containsOnlyKeys(ORDERS_KEY);
		assertThat(store.archive().manual()).containsExactly(ORDERS_KEY);
		force(store, backup("orders", "10.0.0.1:80"));
		assertThat(store.archive().manual()).isEmpty();
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
	}

	@Test
	void fileThatNobodyUnderstandsIsManual() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		files().write(ORDERS, "{ half");
		SnapshotResult result = write(store, backup("orders", "10.0.0.2:80"));
		assertThat(result.kept().get(ORDERS_KEY)).contains("line 1");
		assertThat(store.archive().manual()).containsExactly(ORDERS_KEY);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		force(store, backup("orders", "10.0.0.2:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
	}

	@Test
	void editWithinTheSameTickIsSeen() throws Exception {
		DiskStore store = open();
		for (int i = 1; i <= 20; i++) {
			force(store, backup("orders", "10.0.0.1:80"));
			Files.writeString(dataFile("orders"), canonical(backup("orders", "10.0.0.3:80")));
			assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).containsOnlyKeys(ORDERS_KEY);
		}
	}

	@Test
	void fileUnderAnotherNameIsReplacedWhereItIs() throws Exception {
		files().write("DEFAULT_GROUP@@orders", FailoverFiles.json("orders", "10.9.9.9:80"));
		DiskStore store = open();
		force(store, backup("orders", "10.0.0.1:80"));
		assertThat(directory().resolve("DEFAULT_GROUP@@orders")).hasContent(canonical(backup("orders", "10.0.0.1:80")));
		assertThat(dataFile("orders")).doesNotExist();
		Files.delete(directory().resolve("DEFAULT_GROUP@@orders"));
		write(store, backup("orders", "10.0.0.1:80"));
		assertThat(dataFile("orders")).exists();
	}

	@Test
	void pinnedSnapshotsOutliveOthers() throws Exception {
		DiskStore store = open(new Retention(3, 1024 * 1024));
		write(store, backup("orders", "10.0.0.1:80"));
		assertThat(store.archive().pin("a", true).pinned()).isTrue();
		for (int i = 2; i <= 6; i++) {
			write(store, backup("orders", "10.0.0.%d:80".formatted(i)));
		}
		assertThat(ids(store)).containsExactly("f", "e", "d", "a");
		assertThat(store.archive().snapshots().get(3).pinned()).isTrue();
		store.archive().restore("a", true, "restored", "ops");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		store.archive().pin("a", false);
		write(store, backup("orders", "10.0.0.7:80"));
		assertThat(ids(store)).containsExactly("g", "restored", "f");
	}

	@Test
	void sizeIsBoundedButTheNewestStays() throws Exception {
		DiskStore store = open(new Retention(10, 1));
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		write(store, backup("orders", "10.0.0.3:80"));
		assertThat(ids(store)).containsExactly("c");
		// What has gone with the last snapshot stays until the next, so that it can be
		// undone.
		assertThat(zips()).hasSizeLessThanOrEqualTo(2);
	}

	@Test
	void unchangedContentsAreSharedAndFilesGoWithTheLastOneThatNeedsThem() throws Exception {
		DiskStore store = open(new Retention(2, 1024 * 1024));
		Backup[] many = Stream.iterate(0, (i) -> i < 50, (i) -> i + 1)
			.map((i) -> backup("service" + i, "10.0.0.1:80"))
			.toArray(Backup[]::new);
		write(store, many);
		long first = Files.size(newestZip());
		write(store, backup("service0", "10.0.0.2:80"));
		assertThat(Files.size(newestZip())).isLessThan(first / 5);
		for (int i = 0; i < 40; i++) {
			store.archive()
				.write(new SnapshotChange("s" + i, "test", List.of(backup("service" + i, "10.0.1.%d:80".formatted(i))),
						Set.of(), false));
			assertThat(zips()).hasSizeLessThanOrEqualTo(36);
		}
		assertThat(newestZip().resolveSibling("00000001.zip")).doesNotExist();
		assertThat(ids(store)).containsExactly("s39", "s38");
		store.archive().restore("s38", true, "back", "ops");
		assertThat(addresses(store, "service39")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "service38")).containsExactly("10.0.1.38:80");
		assertThat(addresses(store, "service49")).containsExactly("10.0.0.1:80");
	}

	@Test
	void deletingTheNewestSnapshotForgetsNothingOfOurFiles() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.7:80"));
		store.archive().delete("b");
		assertThat(ids(store)).containsExactly("a");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(store.archive().manual()).isEmpty();
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY, PAYMENTS_KEY);
		DiskStores.close(store);
		DiskStore again = open();
		assertThat(write(again, backup("orders", "10.0.0.3:80")).kept()).isEmpty();
		assertThat(ids(again)).containsExactly("c", "a");
		again.archive().delete("a");
		assertThat(ids(again)).containsExactly("c");
	}

	@Test
	void idThatIsTakenIsMadeUnique() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		assertThat(store.archive().restore("a", true, "b", "ops").snapshot().id()).isEqualTo("b-2");
		assertThat(ids(store)).containsExactly("b-2", "b", "a");
	}

	@Test
	void allIsKnownAgainAfterReopening() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		store.archive().pin("a", true);
		List<Snapshot> snapshots = store.archive().snapshots();
		Map<ServiceKey, SavedBackup> saved = store.archive().saved();
		DiskStores.close(store);
		DiskStore again = open();
		assertThat(again.archive().snapshots()).isEqualTo(snapshots);
		assertThat(again.archive().saved()).isEqualTo(saved);
		assertThat(again.archive().manual()).isEmpty();
		assertThat(write(again, backup("orders", "10.0.0.2:80")).snapshot()).isNull();
		again.archive().restore("a", true, "x", "ops");
		assertThat(addresses(again, "orders")).containsExactly("10.0.0.1:80");
	}

	@Test
	void nothingIsReadAgainWhenNothingHasChanged() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		await().until(() -> !store.isSettling());
		assertThat(store.archive().saved()).isSameAs(store.archive().saved());
		assertThat(store.archive().manual()).isSameAs(store.archive().manual());
	}

	@Test
	void ownFilesAreInOneDirectoryOfTheOwner() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		store.archive().guardState().change((known) -> Map.of(ORDERS_KEY, "since 12:00"));
		closeStores();
		try (Stream<Path> files = Files.list(directory())) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactlyInAnyOrder(ORDERS,
					FailoverFileNames.OWN_DIRECTORY);
		}
		Path own = directory().resolve(FailoverFileNames.OWN_DIRECTORY);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own))).isEqualTo("rwx------");
		try (Stream<Path> files = Files.walk(own)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".tmp"))).isEmpty();
		}
	}

	@Test
	void guardStateIsKeptOrEmpty() throws Exception {
		DiskStore store = open();
		assertThat(store.archive().guardState().read()).isEmpty();
		Map<ServiceKey, String> memory = Map.of(ORDERS_KEY, "{\"since\":12}", ServiceKey.of("Gruppe ä", "订单"), "\n");
		store.archive().guardState().change((known) -> memory);
		assertThat(store.archive().guardState().read()).isEqualTo(memory);
		Files.writeString(index(), "{ half");
		assertThat(store.archive().guardState().read()).isEmpty();
	}

	@Test
	void backupThatCouldNotBeReadAgainIsNotWritten() throws Exception {
		DiskStore store = open();
		String[] many = Stream.iterate(1, (i) -> i <= 600, (i) -> i + 1)
			.map((i) -> "10.0.0.1:" + i)
			.toArray(String[]::new);
		SnapshotResult result = write(store, backup("orders", many), backup("blank", " :80"),
				backup("payments", "10.0.0.7:80"));
		assertThat(result.kept()).containsOnlyKeys(ORDERS_KEY, key("blank"));
		assertThat(result.kept().get(ORDERS_KEY)).contains("max-file-size");
		assertThat(result.kept().get(key("blank"))).contains("'ip'");
		assertThat(services(store)).containsExactly(PAYMENTS_KEY);
	}

	@Test
	void contentThatIsLongerThanADataFileMayBeIsNotInflated() throws Exception {
		DiskStore store = open();
		String[] many = Stream.iterate(1, (i) -> i <= 20, (i) -> i + 1)
			.map((i) -> "10.0.0.1:" + i)
			.toArray(String[]::new);
		write(store, backup("orders", many));
		write(store, backup("orders", "10.0.0.1:80"));
		closeStores();
		DiskStore smaller = register(DiskStores.open(directory(), 1000));
		assertThatIOException().isThrownBy(() -> smaller.archive().restore("a", false, "c", "ops"))
			.withMessageContaining("max-file-size (1000 bytes)");
	}

	private DiskStore open(Retention retention) {
		return register(DiskStores.open(directory(), MAX_FILE_SIZE, retention));
	}

	private static List<ServiceKey> services(DiskStore store) throws IOException {
		return store.state().backups().all().stream().map((ref) -> ref.key()).toList();
	}

}
