package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Files that others have put where we read and write: nothing is written through a
 * symbolic link, and nothing but a regular file is opened.
 */
class PlantedFilesTests extends DiskArchiveTestBase {

	private static final SwitchState ON = new SwitchState(true, Instant.parse("2026-11-23T02:49:00Z"), "ops", null,
			null, Map.of(ORDERS_KEY, true));

	private final Commands commands = new Commands();

	@AfterEach
	void undoCommands() throws Exception {
		this.commands.undo();
	}

	@ParameterizedTest
	@ValueSource(strings = { FailoverFiles.SWITCH, ".nacos-failover/switch.lock", ".nacos-failover/switch.json",
			".nacos-failover/exceptions.json", ".nacos-failover/history.json", ".nacos-failover/history.lock",
			".nacos-failover/lock", ".nacos-failover/memory", ".nacos-failover/directory" })
	void nothingIsWrittenThroughALinkInPlaceOfAFile(String name) throws Exception {
		DiskStore store = open();
		store.writeSwitch(SwitchState.OFF.withExceptions(Map.of()));
		OwnDirectory.create(files().directory(), ownDirectory());
		Path target = Files.writeString(this.temp.resolve("target"), "0");
		Files.deleteIfExists(directory().resolve(name));
		Files.createSymbolicLink(directory().resolve(name), target);
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON)).withMessageContaining("symbolic link");
		assertThat(target).hasContent("0");
		assertThat(isOn(store)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { ".nacos-failover", ".nacos-failover/archive", ".nacos-failover/work", ".nacos-failover/long" })
	void nothingIsWrittenThroughALinkInPlaceOfADirectory(String name) throws Exception {
		Path link = files().directory().resolve(name);
		Files.createDirectories(link.getParent());
		Path target = Files.createDirectory(this.temp.resolve("target"));
		Files.createSymbolicLink(link, target);
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> write(store, backup("orders", "10.0.0.1:80")))
			.withMessageContaining("symbolic link");
		assertThat(target).isEmptyDirectory();
		if (name.equals(FailoverFileNames.OWN_DIRECTORY)) {
			assertThatIOException().isThrownBy(() -> store.writeSwitch(ON)).withMessageContaining("symbolic link");
			awaitProblemAt(store, "failover", "symbolic link");
			assertThat(store.isWritable()).isFalse();
			assertThat(target).isEmptyDirectory();
		}
	}

	@Test
	void directoryOfAnotherUserIsRefused() throws Exception {
		Path own = Files.createDirectories(files().directory().resolve(FailoverFileNames.OWN_DIRECTORY));
		this.commands.require("chown", "12345", own.toString());
		DiskStore store = open();
		assertThatIOException().isThrownBy(() -> store.writeSwitch(ON))
			.withMessageContaining("another user (uid 12345)");
		assertThat(own).isEmptyDirectory();
		assertThat(isOn(store)).isFalse();
		awaitProblemAt(store, "failover", "uid 12345");
		this.commands.require("chown", String.valueOf(ProcessUser.id()), own.toString());
		store.writeSwitch(ON);
		awaitNoProblems(store);
	}

	@ParameterizedTest
	@EnumSource
	void namedPipesAreListedAndNeverOpened(Watching watching) throws Exception {
		FailoverFiles files = files().on().service("orders", "10.0.0.1:80").service("payments", "10.0.0.7:80");
		DiskStore store = open(watching);
		awaitAllRead(store);
		for (String name : new String[] { ORDERS, FailoverFiles.SWITCH }) {
			Files.delete(directory().resolve(name));
			makePipe(directory().resolve(name));
			awaitProblemAt(store, name, "named pipe");
		}
		makePipe(directory().resolve("g%40%40other"));
		awaitProblemAt(store, "g%40%40other", "named pipe");
		assertThat(isOn(store)).isTrue();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		files.service("payments", "10.0.0.8:80");
		awaitAddresses(store, "payments", "10.0.0.8:80");
		assertThat(new DiskStore(directory(), MAX_FILE_SIZE).problems()).hasSize(3);
	}

	@Test
	void devicesAndSocketsAreListedToo() throws Exception {
		files();
		Files.createSymbolicLink(directory().resolve(ORDERS), Path.of("/dev/zero"));
		Files.createSymbolicLink(directory().resolve(FailoverFiles.SWITCH), Path.of("/dev/zero"));
		DiskStore store = open();
		awaitProblemAt(store, ORDERS, "device");
		awaitProblemAt(store, FailoverFiles.SWITCH, "device");
		assertThat(addresses(store, "orders")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "switch.json", "exceptions.json", "archive/index.previous", "archive/applied", "directory" })
	void namedPipesAmongOurOwnFilesAreNeverOpened(String name) throws Exception {
		files().on();
		Path pipe = directory().resolve(FailoverFileNames.OWN_DIRECTORY).resolve(name);
		Files.createDirectories(pipe.getParent());
		makePipe(pipe);
		DiskStore store = open();
		assertThat(isOn(store)).isTrue();
		files().off();
		awaitOff(store);
		store.archive().guardState().read();
		store.archive().snapshots();
	}

	@Test
	void namedPipeInPlaceOfTheIndexIsNeverOpened() throws Exception {
		files().on();
		Files.createDirectories(archive());
		makePipe(index());
		DiskStore store = open();
		assertThat(isOn(store)).isTrue();
		assertTimeoutPreemptively(Duration.ofSeconds(30),
				() -> assertThatIOException().isThrownBy(() -> store.archive().snapshots())
					.withMessageContaining(index().toString())
					.withMessageContaining("named pipe"));
		assertThat(store.archive().guardState().read()).isEmpty();
	}

	@Test
	void namedPipeInPlaceOfAZipFileIsNeverOpened() throws Exception {
		DiskStore store = open();
		write(store, backup("orders", "10.0.0.1:80"));
		write(store, backup("orders", "10.0.0.2:80"));
		for (Path pack : zips()) {
			Files.delete(pack);
			makePipe(pack);
		}
		assertTimeoutPreemptively(Duration.ofSeconds(30),
				() -> assertThatIOException().isThrownBy(() -> store.archive().restore("a", true, "z", "test"))
					.withMessageContaining(".zip")
					.withMessageContaining("named pipe"));
	}

	@Test
	void namedPipeAmongTheVotesIsNeverOpened() throws Exception {
		files();
		DiskVotes votes = new DiskVotes(directory());
		votes.say("no");
		Path pipe = ownDirectory().resolve("votes").resolve("other.report");
		makePipe(pipe);
		assertTimeoutPreemptively(Duration.ofSeconds(30),
				() -> assertThatIOException().isThrownBy(votes::others)
					.withMessageContaining(pipe.toString())
					.withMessageContaining("named pipe"));
	}

	@Test
	void fileThatHangsHoldsNobodyElse() throws Exception {
		Path pipe = this.temp.resolve("pipe");
		makePipe(pipe);
		Path file = Files.writeString(this.temp.resolve("file"), "x");
		BoundedReads reads = new BoundedReads(Duration.ofMillis(200));
		assertThatIOException().isThrownBy(() -> reads.call(pipe, () -> Files.readString(pipe)))
			.withMessageContaining("has not answered");
		assertThat(reads.<String>call(file, () -> Files.readString(file))).isEqualTo("x");
		CompletableFuture<String> again = CompletableFuture.supplyAsync(() -> message(reads, pipe));
		await().until(again::isDone);
		assertThat(again.join()).contains("has not answered");
		Files.newByteChannel(pipe, StandardOpenOption.WRITE).close();
		await().until(() -> !message(reads, this.temp.resolve("missing")).contains("has not answered"));
	}

	private static String message(BoundedReads reads, Path file) {
		try {
			return reads.call(file, () -> Files.readString(file));
		}
		catch (IOException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Test
	void fileSystemThatHangsHoldsNeitherStatusNorOtherDirectories() throws Exception {
		Path image = this.temp.resolve("image");
		Path mounted = Files.createDirectory(this.temp.resolve("mounted"));
		this.commands.require("mkfs.ext4", "-q", image.toString(), "8M");
		this.commands.mount(mounted, "-o", "loop", image.toString());
		FailoverFiles hanging = new FailoverFiles(mounted.resolve("failover")).on().service("orders", "10.0.0.1:80");
		DiskStore store = open(Watching.NOTIFIED, hanging.directory());
		DiskStore other = open(Watching.NOTIFIED, files().off().directory());
		awaitAllRead(store);
		store.writeSwitch(ON);
		this.commands.require("fsfreeze", "-f", mounted.toString());
		// The second one does not wait for the first for ever.
		CompletableFuture<Void> write = CompletableFuture.allOf(writeLater(store), writeLater(store));
		try {
			await().atMost(Duration.ofSeconds(20))
				.until(() -> problemsAt(store, "failover").toString(),
						(problem) -> problem.contains("does not answer"));
			assertThat(write).isNotDone();
			assertThat(isOn(store)).isTrue();
			assertThat(store.isWritable()).isFalse();
			assertThat(store.state().backups().all().iterator().next().instances()).isEqualTo(1);
			assertThatIOException().isThrownBy(() -> store.writeSwitch(ON)).withMessageContaining("does not answer");
			assertThatIOException().isThrownBy(() -> store.archive().saved()).withMessageContaining("does not answer");
			files().on();
			awaitOn(other);
		}
		finally {
			this.commands.require("fsfreeze", "-u", mounted.toString());
		}
		await().atMost(Duration.ofSeconds(20)).until(write::isDone);
		awaitNoProblems(store);
		hanging.off();
		awaitOff(store);
	}

	private static CompletableFuture<Void> writeLater(DiskStore store) {
		return CompletableFuture.runAsync(() -> {
			try {
				store.writeSwitch(ON);
				store.writeSwitch(new SwitchState(true, null, "other", null, null));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> new Thread(task).start());
	}

	private void makePipe(Path path) throws Exception {
		this.commands.require("mkfifo", path.toString());
	}

	private Path ownDirectory() {
		return directory().resolve(FailoverFileNames.OWN_DIRECTORY);
	}

}
