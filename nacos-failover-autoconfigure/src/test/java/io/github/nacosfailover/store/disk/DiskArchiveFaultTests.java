package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * What goes wrong with disks and files: nothing changes, the last backups serve, somebody
 * is told, and it is over when the cause is.
 */
class DiskArchiveFaultTests extends DiskArchiveTestBase {

	private final Commands commands = new Commands();

	@AfterEach
	void undoCommands() throws Exception {
		this.commands.undo();
	}

	@Test
	void fullDiskChangesNothing() throws Exception {
		mount("size=400k");
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		String[] many = IntStream.range(1, 300).mapToObj((i) -> "10.0.0.2:" + i).toArray(String[]::new);
		List<Backup> large = new ArrayList<>();
		large.add(backup("orders", "10.0.0.2:80"));
		for (int i = 0; i < 20; i++) {
			large.add(backup("large" + i, many));
		}
		assertThatIOException()
			.isThrownBy(() -> store.archive().write(new SnapshotChange("x", "test", large, Set.of(), false)))
			.withMessageContaining("A snapshot in " + directory())
			.withMessageContaining("the disk is full; make room");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(dataFile("orders")).hasContent(canonical(backup("orders", "10.0.0.1:80")));
		assertThat(dataFile("large0")).doesNotExist();
		assertThat(ids(store)).containsExactly("a");
		assertThat(archive().resolveSibling("work")).isEmptyDirectory();
		assertThat(zips()).hasSize(1);
		write(store, backup("orders", "10.0.0.3:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.3:80");
		assertThat(store.archive().manual()).isEmpty();
	}

	@Test
	void readOnlyFileSystemIsReadAndNamed() throws Exception {
		mount("size=1m");
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		this.commands.require("mount", "-o", "remount,ro", directory().toString());
		assertThatIOException().isThrownBy(() -> write(store, backup("orders", "10.0.0.2:80")))
			.withMessageContaining("the file system is read-only");
		assertThatIOException().isThrownBy(() -> store.archive().pin("a", true)).withMessageContaining("read-only");
		assertThat(ids(store)).containsExactly("a");
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		this.commands.require("mount", "-o", "remount,rw", directory().toString());
		write(store, backup("orders", "10.0.0.2:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
	}

	@Test
	void failureBetweenTwoFilesIsUndone() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		this.commands.makeImmutable(dataFile("payments"));
		for (String id : List.of("x", "y")) {
			assertThatIOException()
				.isThrownBy(() -> store.archive()
					.write(new SnapshotChange(id, "test",
							List.of(backup("new", "10.0.0.9:80"), backup("orders", "10.0.0.2:80"),
									backup("payments", "10.0.0.8:80"), backup("newer", "10.0.0.9:80")),
							Set.of(), false)))
				.withMessageContaining("does not permit it");
		}
		assertThat(dataFile("orders")).hasContent(canonical(backup("orders", "10.0.0.1:80")));
		assertThat(dataFile("new")).doesNotExist();
		assertThat(dataFile("newer")).doesNotExist();
		assertThat(ids(store)).containsExactly("a");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(store.archive().manual()).isEmpty();
		this.commands.require("chattr", "-i", dataFile("payments").toString());
		write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.8:80"));
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.8:80");
	}

	@Test
	void directoryWithoutPermissionIsNamed() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		this.commands.makeImmutable(directory());
		assertThatIOException()
			.isThrownBy(() -> write(store, backup("orders", "10.0.0.2:80"), backup("new", "10.0.0.3:80")))
			.withMessageContaining("does not permit it");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		this.commands.require("chattr", "-i", directory().toString());
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
	}

	@Test
	void directoryThatWasRemovedIsMadeAnew() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		// At once: of files that go one by one each is a backup less.
		Files.move(directory(), this.temp.resolve("removed"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(store.archive().snapshots()).isEmpty();
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(dataFile("orders")).exists();
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY, PAYMENTS_KEY);
		await().until(() -> Files.exists(dataFile("payments")));
		awaitNoProblems(store);
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY, PAYMENTS_KEY);
	}

	@Test
	void directoryThatWasReplacedIsWrittenAsItIs() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		Files.move(directory(), this.temp.resolve("old"));
		files().service("orders", "10.9.9.9:80").service("payments", "10.9.9.8:80");
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).containsOnlyKeys(ORDERS_KEY);
		assertThat(addresses(store, "orders")).containsExactly("10.9.9.9:80");
		assertThat(store.archive().manual()).containsExactlyInAnyOrder(ORDERS_KEY, PAYMENTS_KEY);
	}

	@Test
	void fileInPlaceOfOurDirectoryIsNamed() throws Exception {
		files().write(FailoverFileNames.OWN_DIRECTORY, "in the way");
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> write(store, backup("orders", "10.0.0.1:80")))
			.withMessageContaining(FailoverFileNames.OWN_DIRECTORY)
			.withMessageContaining("move it away");
		assertThat(dataFile("orders")).doesNotExist();
		Files.delete(directory().resolve(FailoverFileNames.OWN_DIRECTORY));
		write(store, backup("orders", "10.0.0.1:80"));
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
	}

	@Test
	void directoryInPlaceOfADataFileIsLeftAlone() throws Exception {
		files();
		Files.createDirectories(dataFile("orders").resolve("not-empty"));
		DiskStore store = open();
		assertThat(write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80")).kept())
			.containsOnlyKeys(ORDERS_KEY);
		assertThat(force(store, backup("orders", "10.0.0.1:80")).kept().get(ORDERS_KEY)).contains("directory",
				"move it away");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
	}

	@Test
	void listOfASnapshotThatIsDamagedIsAProblemAndHurtsNoOther() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		Path damaged = newestZip();
		write(store, backup("orders", "10.0.0.3:80"));
		Files.write(damaged, new byte[(int) Files.size(damaged)]);
		DiskStores.close(store);
		DiskStore again = open();
		assertThat(ids(again)).containsExactly("c", "a");
		assertThat(again.archive().problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.message()).contains("damaged").contains("delete the snapshot"));
		again.archive().restore("a", true, "restored", "ops");
		assertThat(addresses(again, "orders")).containsExactly("10.0.0.1:80");
		again.archive().delete("b");
		assertThat(ids(again)).containsExactly("restored", "c", "a");
		assertThat(again.archive().problems()).isEmpty();
	}

	@Test
	void damageOfTheIndexMakesNothingOursThatWasNot() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		DiskStores.close(store);
		Files.writeString(index(), "");
		DiskStore again = open();
		assertThat(addresses(again, "orders")).containsExactly("10.0.0.2:80");
		assertThat(again.archive().manual()).containsExactly(ORDERS_KEY);
		assertThat(again.archive().saved()).containsOnlyKeys(PAYMENTS_KEY);
		assertThat(again.archive().problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.message()).contains(index().toString()));
		force(again, backup("orders", "10.0.0.3:80"));
		assertThat(addresses(again, "orders")).containsExactly("10.0.0.3:80");
		assertThat(again.archive().manual()).isEmpty();
		assertThat(again.archive().problems()).isEmpty();
	}

	@Test
	void indexThatWasDeletedIsTheOneBefore() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("payments", "10.0.0.7:80"));
		Files.delete(index());
		assertThat(ids(store)).containsExactly("a");
		write(store, backup("orders", "10.0.0.2:80"));
		assertThat(ids(store)).containsExactly("c", "a");
	}

	@Test
	void contentsWhoseIndexIsLostAreKept() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		Files.delete(index());
		Files.deleteIfExists(index().resolveSibling("index.previous"));
		List<Path> zips = zips();
		force(store, backup("orders", "10.0.0.2:80"));
		try (Stream<Path> files = Files.list(archive())) {
			assertThat(files.filter((file) -> file.toString().endsWith(".lost.zip"))).hasSameSizeAs(zips);
		}
	}

	@Test
	void damagedContentIsNotBroughtBack() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		Path pack = newestZip();
		write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.8:80"));
		byte[] content = Files.readAllBytes(pack);
		for (int length : new int[] { content.length / 2, 10, 0 }) {
			Files.write(pack, Arrays.copyOf(content, length));
			assertNotRestored(store, pack);
		}
		for (int i = 0; i < content.length; i++) {
			content[i] ^= 1;
		}
		Files.write(pack, content);
		assertNotRestored(store, pack);
		Files.delete(pack);
		assertNotRestored(store, pack);
		assertThat(ids(store)).containsExactly("b", "a");
	}

	private void assertNotRestored(DiskStore store, Path pack) {
		assertThatIOException().isThrownBy(() -> store.archive().restore("a", true, "x", "ops"))
			.withMessageContaining(pack.toString())
			.withMessageContaining("damaged");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.8:80");
	}

	@Test
	void contentsOfALostFileAreTakenFromTheFilesAgain() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		Files.delete(newestZip());
		write(store, backup("orders", "10.0.0.2:80"));
		write(store, backup("orders", "10.0.0.3:80"), backup("payments", "10.0.0.8:80"));
		store.archive().restore("b", true, "x", "ops");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.2:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		assertThat(store.archive().manual()).isEmpty();
	}

	@Test
	void interruptedThreadLeavesNothingHalfDone() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"), backup("payments", "10.0.0.7:80"));
		Thread.currentThread().interrupt();
		assertThatIOException()
			.isThrownBy(() -> write(store, backup("orders", "10.0.0.2:80"), backup("payments", "10.0.0.8:80")));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		write(store, backup("orders", "10.0.0.3:80"), backup("payments", "10.0.0.9:80"));
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.9:80");
		assertThat(store.archive().manual()).isEmpty();
	}

	@Test
	void fileOfASymbolicLinkIsNeverWritten() throws Exception {
		Path target = this.temp.resolve("elsewhere");
		Files.writeString(target, FailoverFiles.json("orders", "10.9.9.9:80"));
		files();
		Files.createSymbolicLink(dataFile("orders"), target);
		DiskStore store = open();
		assertThat(write(store, backup("orders", "10.0.0.1:80")).kept()).containsOnlyKeys(ORDERS_KEY);
		assertThat(force(store, backup("orders", "10.0.0.1:80")).kept().get(ORDERS_KEY)).contains("symbolic link")
			.contains("delete the link");
		assertThat(dataFile("orders")).isSymbolicLink();
		assertThat(target).hasContent(FailoverFiles.json("orders", "10.9.9.9:80"));
	}

	private void mount(String options) throws Exception {
		Files.createDirectories(directory());
		this.commands.mount(directory(), "-t", "tmpfs", "-o", options, "none");
	}

}
