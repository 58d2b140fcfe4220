package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The directory itself comes, goes and is replaced while it is watched.
 */
class DirectoryWatchTests extends DiskStoreTestBase {

	@ParameterizedTest
	@EnumSource
	void directoryIsCreatedLater(Watching watching) {
		DiskStore store = open(watching, this.temp.resolve("a/b/failover"));
		assertThat(isOn(store)).isFalse();
		assertThat(store.problems()).isEmpty();
		FailoverFiles files = new FailoverFiles(store.directory()).on().service("orders", "10.0.0.1:80");
		awaitOn(store);
		awaitAddresses(store, "orders", "10.0.0.1:80");
		files.off().service("orders", "10.0.0.2:80");
		awaitOff(store);
		awaitAddresses(store, "orders", "10.0.0.2:80");
		assertThat(store.problems()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void lastStateStaysWhileTheDirectoryIsAway(Watching watching) throws Exception {
		files().on().service("orders", "10.0.0.1:80").service("payments", "10.0.0.7:80");
		DiskStore store = open(watching);
		awaitAllRead(store);
		Path away = this.temp.resolve("away");
		Files.move(directory(), away);
		awaitProblemAt(store, "failover", "gone");
		assertThat(isOn(store)).isTrue();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		new FailoverFiles(away).off().service("orders", "10.0.0.2:80");
		Files.move(away, directory());
		awaitOff(store);
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitNoProblems(store);
	}

	@ParameterizedTest
	@EnumSource
	void directoryIsReplacedByAnother(Watching watching) throws Exception {
		files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		awaitAllRead(store);
		FailoverFiles next = new FailoverFiles(this.temp.resolve("next")).off().service("payments", "10.0.0.7:80");
		Files.move(directory(), this.temp.resolve("old"));
		Files.move(next.directory(), directory());
		awaitOff(store);
		awaitAddresses(store, "payments", "10.0.0.7:80");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		files().on().service("payments", "10.0.0.8:80");
		awaitOn(store);
		awaitAddresses(store, "payments", "10.0.0.8:80");
		awaitNoProblems(store);
	}

	@ParameterizedTest
	@EnumSource
	void directoryIsDeletedAndCreatedAgainAndAgain(Watching watching) throws Exception {
		files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		for (int i = 2; i <= 4; i++) {
			FileSystemUtils.deleteRecursively(directory());
			FailoverFiles files = files().on().service("orders", "10.0.0.%d:80".formatted(i));
			awaitOn(store);
			awaitAddresses(store, "orders", "10.0.0.%d:80".formatted(i));
			files.service("orders", "10.0.1.%d:80".formatted(i)).off();
			awaitAddresses(store, "orders", "10.0.1.%d:80".formatted(i));
			awaitOff(store);
			awaitNoProblems(store);
		}
	}

	@ParameterizedTest
	@EnumSource
	void fileInPlaceOfTheDirectoryIsAProblemUntilItIsRemoved(Watching watching) throws Exception {
		Files.writeString(directory(), "not a directory");
		DiskStore store = open(watching);
		awaitProblemAt(store, "failover", "is not a directory");
		Files.delete(directory());
		awaitNoProblems(store);
		files().on();
		awaitOn(store);
	}

	@ParameterizedTest
	@EnumSource
	void pathBelowAFileIsAProblemUntilItIsRemoved(Watching watching) throws Exception {
		Path file = this.temp.resolve("file");
		Files.writeString(file, "not a directory");
		DiskStore store = open(watching, file.resolve("failover"));
		awaitProblemAt(store, "failover", "cannot be read");
		Files.delete(file);
		awaitNoProblems(store);
		new FailoverFiles(store.directory()).on();
		awaitOn(store);
	}

	@ParameterizedTest
	@EnumSource
	void twoStoresOfOneDirectoryByDifferentPathsBothSeeChanges(Watching watching) throws Exception {
		files().off();
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), directory());
		DiskStore one = open(watching);
		DiskStore two = open(watching, link);
		DiskStore three = open(watching, link);
		assertThat(three).isSameAs(two).isNotSameAs(one);
		files().on().service("orders", "10.0.0.1:80");
		awaitOn(one);
		awaitOn(two);
		Files.delete(link);
		awaitProblemAt(two, "link", "gone");
		files().service("orders", "10.0.0.2:80");
		awaitAddresses(one, "orders", "10.0.0.2:80");
	}

	@Test
	void throwingListenerHurtsNeitherTheWatchNorOtherListeners() {
		FailoverFiles files = files().off();
		DiskStore store = open();
		store.addListener(() -> {
			throw new IllegalStateException("listener");
		});
		store.addListener(() -> {
			throw new NoClassDefFoundError("listener");
		});
		AtomicReference<Boolean> seen = new AtomicReference<>();
		store.addListener(() -> seen.set(isOn(store)));
		files.on();
		await().until(() -> Boolean.TRUE.equals(seen.get()));
		files.off();
		await().until(() -> Boolean.FALSE.equals(seen.get()));
	}

	@Test
	void threadEndsWithTheLastStore() {
		await().until(() -> watchThreads() == 0);
		DiskStore one = DiskStores.open(this.temp.resolve("one"), MAX_FILE_SIZE);
		DiskStore two = DiskStores.open(this.temp.resolve("two"), MAX_FILE_SIZE);
		DiskStore again = DiskStores.open(this.temp.resolve("two"), MAX_FILE_SIZE);
		assertThat(watchThreads()).isEqualTo(1);
		DiskStores.close(one);
		DiskStores.close(two);
		assertThat(watchThreads()).isEqualTo(1);
		DiskStores.close(again);
		await().until(() -> watchThreads() == 0);
	}

	private static long watchThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("nacos-failover-files"))
			.count();
	}

}
