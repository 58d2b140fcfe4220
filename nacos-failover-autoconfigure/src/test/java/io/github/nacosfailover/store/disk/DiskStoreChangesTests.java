package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What operators and their tools do to the files while the store is open is seen soon,
 * whether the file system reports it or not.
 */
class DiskStoreChangesTests extends DiskStoreTestBase {

	@ParameterizedTest
	@EnumSource
	void switchIsEditedInPlaceBackAndForth(Watching watching) {
		FailoverFiles files = files().off();
		DiskStore store = open(watching);
		assertThat(isOn(store)).isFalse();
		files.on();
		awaitOn(store);
		files.off();
		awaitOff(store);
	}

	@ParameterizedTest
	@EnumSource
	void switchIsAddedAndRemoved(Watching watching) throws Exception {
		FailoverFiles files = files().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		assertThat(isOn(store)).isFalse();
		files.on();
		awaitOn(store);
		Files.delete(switchFile());
		awaitOff(store);
		assertThat(store.problems()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void switchIsReplacedByRename(Watching watching) throws Exception {
		files().off();
		DiskStore store = open(watching);
		replaceByRename(switchFile(), "1");
		awaitOn(store);
		replaceByRename(switchFile(), "0");
		awaitOff(store);
	}

	@ParameterizedTest
	@EnumSource
	void dataAreEditedInPlaceWhileOn(Watching watching) {
		FailoverFiles files = files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		files.service("orders", "10.0.0.1:80", "10.0.0.2:80");
		awaitAddresses(store, "orders", "10.0.0.1:80", "10.0.0.2:80");
	}

	@ParameterizedTest
	@EnumSource
	void dataAreEditedInPlaceWhileOff(Watching watching) {
		FailoverFiles files = files().off().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		files.service("orders", "10.0.0.2:80");
		awaitAddresses(store, "orders", "10.0.0.2:80");
	}

	@ParameterizedTest
	@EnumSource
	void dataFilesAreAddedAndRemoved(Watching watching) throws Exception {
		FailoverFiles files = files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		files.service("payments", "10.0.0.7:80");
		awaitAddresses(store, "payments", "10.0.0.7:80");
		Files.delete(directory().resolve(ORDERS));
		awaitAddresses(store, "orders");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		// A look that had listed the file already says that it is gone, until the next
		// one.
		awaitNoProblems(store);
	}

	@ParameterizedTest
	@EnumSource
	void dataFileIsReplacedByRename(Watching watching) throws Exception {
		files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		replaceByRename(directory().resolve(ORDERS), FailoverFiles.json("orders", "10.0.0.2:80"));
		awaitAddresses(store, "orders", "10.0.0.2:80");
	}

	@ParameterizedTest
	@EnumSource
	void restoredFilesOfTheSameSizeWithOlderTimesAreSeen(Watching watching) throws Exception {
		FailoverFiles files = files().off().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		FileTime lastYear = FileTime.from(Instant.now().minusSeconds(365 * 86400));
		Path saved = this.temp.resolve("saved");
		Files.writeString(saved, FailoverFiles.json("orders", "10.0.0.2:80"));
		Files.setLastModifiedTime(saved, lastYear);
		Files.move(saved, directory().resolve(ORDERS), StandardCopyOption.REPLACE_EXISTING);
		awaitAddresses(store, "orders", "10.0.0.2:80");
		Files.writeString(saved, "1");
		Files.setLastModifiedTime(saved, lastYear);
		Files.move(saved, switchFile(), StandardCopyOption.REPLACE_EXISTING);
		awaitOn(store);
		assertThat(store.state().failoverSwitch().at()).isEqualTo(lastYear.toInstant());
	}

	@ParameterizedTest
	@EnumSource
	void changesThatKeepSizeAndTimeAreSeen(Watching watching) throws Exception {
		FailoverFiles files = files().off().service("orders", "10.0.0.1:80");
		FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
		Files.setLastModifiedTime(directory().resolve(ORDERS), time);
		Files.setLastModifiedTime(switchFile(), time);
		DiskStore store = open(watching);
		for (int i = 1; i <= 3; i++) {
			assertThat(addresses(store, "orders")).isNotEmpty();
			files.service("orders", "10.0.0.%d:80".formatted(i)).service("orders", "10.0.0.%d:80".formatted(i + 1));
			Files.setLastModifiedTime(directory().resolve(ORDERS), time);
			files.write(FailoverFiles.SWITCH, String.valueOf((i + 1) % 2)).write(FailoverFiles.SWITCH, i % 2 + "");
			Files.setLastModifiedTime(switchFile(), time);
			awaitAddresses(store, "orders", "10.0.0.%d:80".formatted(i + 1));
			boolean expected = i % 2 == 1;
			await().until(() -> isOn(store) == expected);
		}
	}

	@ParameterizedTest
	@EnumSource
	void secondChangeRightAfterTheFirstWasSeenIsSeenToo(Watching watching) {
		FailoverFiles files = files().off().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		for (int i = 0; i < 3; i++) {
			files.on();
			awaitOn(store);
			files.off();
			awaitOff(store);
			String first = "10.0.1.%d:80".formatted(i);
			String second = "10.0.2.%d:80".formatted(i);
			files.service("orders", first);
			awaitAddresses(store, "orders", first);
			files.service("orders", second);
			awaitAddresses(store, "orders", second);
		}
	}

	@ParameterizedTest
	@EnumSource
	void switchFlippedTwiceQuicklyEndsInTheLastState(Watching watching) {
		FailoverFiles files = files().off();
		DiskStore store = open(watching);
		for (int i = 0; i < 3; i++) {
			files.on().off().on();
			awaitOn(store);
			files.off().on().off();
			awaitOff(store);
		}
	}

	@ParameterizedTest
	@EnumSource
	void directoryBehindSymbolicLinkIsSwapped(Watching watching) throws Exception {
		FailoverFiles one = new FailoverFiles(this.temp.resolve("one")).on().service("orders", "10.0.0.1:80");
		FailoverFiles two = new FailoverFiles(this.temp.resolve("two")).off().service("orders", "10.0.0.2:80");
		Files.createSymbolicLink(directory(), one.directory());
		DiskStore store = open(watching);
		assertThat(isOn(store)).isTrue();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		pointTo(directory(), two.directory());
		awaitOff(store);
		awaitAddresses(store, "orders", "10.0.0.2:80");
		two.service("orders", "10.0.0.3:80").on();
		awaitAddresses(store, "orders", "10.0.0.3:80");
		awaitOn(store);
	}

	@ParameterizedTest
	@EnumSource
	void filesBehindSymbolicLinksAreEditedReplacedAndSwapped(Watching watching) throws Exception {
		FailoverFiles elsewhere = new FailoverFiles(this.temp.resolve("elsewhere")).off()
			.service("orders", "10.0.0.1:80");
		files();
		Files.createSymbolicLink(switchFile(), elsewhere.directory().resolve(FailoverFiles.SWITCH));
		Files.createSymbolicLink(directory().resolve(ORDERS), elsewhere.directory().resolve(ORDERS));
		DiskStore store = open(watching);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		elsewhere.service("orders", "10.0.0.2:80").on();
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitOn(store);
		replaceByRename(elsewhere.directory().resolve(ORDERS), FailoverFiles.json("orders", "10.0.0.3:80"));
		replaceByRename(elsewhere.directory().resolve(FailoverFiles.SWITCH), "0");
		awaitAddresses(store, "orders", "10.0.0.3:80");
		awaitOff(store);
		Path other = this.temp.resolve("other");
		Files.writeString(other, FailoverFiles.json("orders", "10.0.0.4:80"));
		pointTo(directory().resolve(ORDERS), other);
		awaitAddresses(store, "orders", "10.0.0.4:80");
	}

	@ParameterizedTest
	@EnumSource
	void linkedFileThatWasMissingForAWhileIsSeenWhenItIsBack(Watching watching) throws Exception {
		FailoverFiles elsewhere = new FailoverFiles(this.temp.resolve("elsewhere")).on()
			.service("orders", "10.0.0.1:80");
		files();
		Files.createSymbolicLink(switchFile(), elsewhere.directory().resolve(FailoverFiles.SWITCH));
		Files.createSymbolicLink(directory().resolve(ORDERS), elsewhere.directory().resolve(ORDERS));
		DiskStore store = open(watching);
		awaitAllRead(store);
		Files.delete(elsewhere.directory().resolve(ORDERS));
		Files.delete(elsewhere.directory().resolve(FailoverFiles.SWITCH));
		awaitProblemAt(store, ORDERS, "symbolic link");
		awaitProblemAt(store, FailoverFiles.SWITCH, "symbolic link");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(isOn(store)).isTrue();
		elsewhere.off().service("orders", "10.0.0.2:80");
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitOff(store);
		await()
			.until(() -> store.problems().stream().allMatch((problem) -> problem.message().contains("through links")));
	}

	@ParameterizedTest
	@EnumSource
	void kubernetesConfigMapIsUpdatedWhileOnAndOff(Watching watching) throws Exception {
		files();
		configMap("..2026_1", "1", "10.0.0.1:80");
		for (String name : new String[] { FailoverFiles.SWITCH, ORDERS }) {
			Files.createSymbolicLink(directory().resolve(name), Path.of("..data", name));
		}
		DiskStore store = open(watching);
		assertThat(isOn(store)).isTrue();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		configMap("..2026_2", "1", "10.0.0.2:80");
		awaitAddresses(store, "orders", "10.0.0.2:80");
		configMap("..2026_3", "0", "10.0.0.2:80");
		awaitOff(store);
		configMap("..2026_4", "0", "10.0.0.3:80");
		awaitAddresses(store, "orders", "10.0.0.3:80");
		configMap("..2026_5", "1", "10.0.0.4:80");
		awaitOn(store);
		awaitAddresses(store, "orders", "10.0.0.4:80");
		assertThat(store.problems()).allMatch((problem) -> problem.message().contains("written through links"));
	}

	@ParameterizedTest
	@EnumSource
	void kubernetesConfigMapGainsAndLosesAnEntry(Watching watching) throws Exception {
		files();
		configMap("..2026_1", "1", "10.0.0.1:80");
		Files.createSymbolicLink(directory().resolve(ORDERS), Path.of("..data", ORDERS));
		DiskStore store = open(watching);
		Path second = Files.createDirectory(directory().resolve("..2026_2"));
		Files.writeString(second.resolve(PAYMENTS), FailoverFiles.json("payments", "10.0.0.7:80"));
		pointTo(directory().resolve("..data"), Path.of("..2026_2"));
		Files.createSymbolicLink(directory().resolve(PAYMENTS), Path.of("..data", PAYMENTS));
		Files.delete(directory().resolve(ORDERS));
		awaitAddresses(store, "payments", "10.0.0.7:80");
		awaitAddresses(store, "orders");
		awaitNoProblems(store);
	}

	@Test
	void lastFileIsNotLostIfAnotherWasAddedBeforeItWasDeleted() throws Exception {
		files();
		Files.writeString(directory().resolve(ORDERS), FailoverFiles.json("orders", "10.0.0.1:80"));
		DiskStore store = new DiskStore(directory(), 1 << 20);
		try {
			assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
			Files.writeString(directory().resolve(PAYMENTS), FailoverFiles.json("payments", "10.0.0.7:80"));
			Files.delete(directory().resolve(ORDERS));
			store.look(Set.of(ORDERS), false);
			assertThat(store.writeLost()).isNull();
			assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
			await().until(() -> {
				store.scan();
				return addresses(store, "orders").isEmpty();
			});
		}
		finally {
			store.close();
		}
	}

	@Test
	void lastFileIsNotLostIfTheSwitchFileWasAddedBeforeItWasDeleted() throws Exception {
		files();
		Files.writeString(directory().resolve(ORDERS), FailoverFiles.json("orders", "10.0.0.1:80"));
		DiskStore store = new DiskStore(directory(), 1 << 20);
		try {
			assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
			Files.writeString(switchFile(), "1");
			Files.delete(directory().resolve(ORDERS));
			store.look(Set.of(ORDERS), false);
			assertThat(store.writeLost()).isNull();
			assertThat(isOn(store)).isTrue();
		}
		finally {
			store.close();
		}
	}

	/** What the kubelet does: a new directory, and one rename that makes it current. */
	private void configMap(String name, String failoverSwitch, String address) throws IOException {
		Path next = Files.createDirectory(directory().resolve(name));
		Files.writeString(next.resolve(FailoverFiles.SWITCH), failoverSwitch);
		Files.writeString(next.resolve(ORDERS), FailoverFiles.json("orders", address));
		pointTo(directory().resolve("..data"), Path.of(name));
	}

	private static void pointTo(Path link, Path target) throws IOException {
		Path next = link.resolveSibling("..next_" + link.getFileName());
		Files.createSymbolicLink(next, target);
		Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
	}

	private Path switchFile() {
		return directory().resolve(FailoverFiles.SWITCH);
	}

}
