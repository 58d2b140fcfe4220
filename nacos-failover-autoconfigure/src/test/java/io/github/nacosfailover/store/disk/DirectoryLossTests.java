package io.github.nacosfailover.store.disk;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is gone with its directory, or with all the rest of it, is a loss and not an
 * order: it stays in use and is written again.
 */
class DirectoryLossTests extends DiskArchiveTestBase {

	private static final SwitchState ON = new SwitchState(true, Instant.parse("2026-11-23T02:49:00Z"), "ops", "upgrade",
			Instant.parse("2036-11-23T03:19:00Z"));

	private final Commands commands = new Commands();

	@AfterEach
	void undoCommands() throws Exception {
		this.commands.undo();
	}

	@ParameterizedTest
	@EnumSource
	void directoryThatWasMovedAndCreatedEmptyIsFilledAgain(Watching watching) throws Exception {
		DiskStore store = openOn(watching);
		Files.move(directory(), this.temp.resolve("away"));
		awaitProblemAt(store, "failover", "is gone");
		assertThat(store.state().failoverSwitch()).isEqualTo(ON);
		Files.createDirectory(directory());
		awaitFilled(store);
	}

	@Test
	void neitherHistoryNorWhatGuardsRememberNorARefusalCreatesTheDirectory() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Files.move(directory(), this.temp.resolve("away"));
		awaitProblemAt(store, "failover", "is gone");
		assertThatIOException().isThrownBy(() -> store.switchLog().add(LoggedChange.of(refusal())))
			.withMessageContaining("does not exist");
		assertThatIOException()
			.isThrownBy(() -> store.archive().guardState().change((known) -> Map.of(ORDERS_KEY, "x")))
			.withMessageContaining("is gone; create it again");
		assertThatIllegalStateException().isThrownBy(() -> store.changeSwitch((known) -> {
			throw new IllegalStateException("refused");
		}));
		assertThat(directory()).doesNotExist();
		assertServesAll(store);
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY);
		assertThat(store.archive().manual()).containsExactly(PAYMENTS_KEY);
	}

	@ParameterizedTest
	@EnumSource
	void switchingOnAfterTheLossServesAndWritesWhatWasKnown(Watching watching) throws Exception {
		DiskStore store = openOn(watching);
		Files.move(directory(), this.temp.resolve("away"));
		awaitProblemAt(store, "failover", "is gone");
		store.changeSwitch((known) -> {
			assertThat(known).isEqualTo(ON);
			return known;
		});
		assertServesAll(store);
		assertThat(directory().resolve(FailoverFiles.SWITCH)).hasContent("1");
		assertThat(dataFile("orders")).exists();
		assertThat(dataFile("payments")).exists();
		awaitFilled(store);
	}

	@ParameterizedTest
	@EnumSource
	void emptiedDirectoryIsFilledAgain(Watching watching) throws Exception {
		for (int i = 0; i < 200; i++) {
			files().service("service" + i, "10.0.0.1:80");
		}
		DiskStore store = openOn(watching);
		this.commands.require("sh", "-c", "rm -rf " + directory() + "/*");
		await().until(() -> Files.exists(directory().resolve(FailoverFiles.SWITCH)));
		awaitFilled(store);
		assertThat(store.state().backups().size()).isEqualTo(202);
		for (int i = 0; i < 200; i++) {
			assertThat(dataFile("service" + i)).exists();
		}
	}

	@ParameterizedTest
	@EnumSource
	void directoryThatWasDeletedWithAllInItAndCreatedAgainIsFilledAgain(Watching watching) throws Exception {
		DiskStore store = openOn(watching);
		store.writeSwitch(ON.withExceptions(Map.of(PAYMENTS_KEY, false)));
		for (int i = 0; i < 3; i++) {
			// The store may still be writing into what is deleted.
			await().ignoreExceptionsInstanceOf(FileSystemException.class)
				.until(() -> FileSystemUtils.deleteRecursively(directory()) || Files.notExists(directory()));
			Files.createDirectory(directory());
			await().until(() -> Files.exists(dataFile("orders")));
			await().until(() -> Files.exists(directory().resolve(FailoverFiles.SWITCH)));
			awaitNoProblems(store);
			assertThat(store.state().failoverSwitch()).isEqualTo(ON.withExceptions(Map.of(PAYMENTS_KEY, false)));
			assertThat(new DiskStore(directory(), MAX_FILE_SIZE).state().failoverSwitch())
				.isEqualTo(store.state().failoverSwitch());
		}
	}

	@Test
	void switchThatWasWrittenAgainByHalfIsNoDeletion() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Files.move(directory(), this.temp.resolve("away"));
		awaitProblemAt(store, "failover", "is gone");
		// As a process leaves it that ends before it has moved the switch file.
		Path own = Files.createDirectories(this.temp.resolve("next").resolve(".nacos-failover"));
		Files.writeString(own.resolve("switch.json"), "{\"enabled\": true, \"modified\": \"%s\", \"unfinished\": true}"
			.formatted(Instant.now().plusSeconds(5)));
		Files.move(own.getParent(), directory());
		awaitFilled(store);
		assertThat(own("switch.json")).content().doesNotContain("unfinished");
	}

	@Test
	void switchThatIsDeletedAfterItWasWrittenAgainIsOff() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Files.move(directory(), this.temp.resolve("away"));
		awaitProblemAt(store, "failover", "is gone");
		Path next = this.temp.resolve("next");
		Files.createDirectories(next);
		new SwitchFile(next).write(ON);
		Files.delete(next.resolve(FailoverFiles.SWITCH));
		Files.move(next, directory());
		awaitOff(store);
	}

	private Path own(String name) {
		return directory().resolve(".nacos-failover").resolve(name);
	}

	@ParameterizedTest
	@EnumSource
	void whatTheNewDirectoryHasCounts(Watching watching) throws Exception {
		DiskStore store = openOn(watching);
		FailoverFiles next = new FailoverFiles(this.temp.resolve("next")).off().service("orders", "10.0.0.2:80");
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), next.directory());
		Files.move(directory(), this.temp.resolve("away"));
		Files.move(link, directory(), StandardCopyOption.ATOMIC_MOVE);
		awaitOff(store);
		awaitAddresses(store, "orders", "10.0.0.2:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		await().until(() -> Files.exists(next.directory().resolve(PAYMENTS)));
		awaitNoProblems(store);
		assertThat(isOn(store)).isFalse();
	}

	@Test
	void volumeThatIsUnmountedAndMountedAgainLosesNothing() throws Exception {
		Files.createDirectories(directory());
		this.commands.mount(directory(), "-t", "tmpfs", "none");
		DiskStore store = openOn(Watching.NOTIFIED);
		this.commands.require("umount", "-l", directory().toString());
		await().until(() -> Files.exists(dataFile("orders")));
		awaitFilled(store);
	}

	@Test
	void directoryThatCannotBeWrittenIsFilledWhenItCan() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Files.move(directory(), this.temp.resolve("away"));
		Path empty = Files.createDirectory(this.temp.resolve("empty"));
		this.commands.mount(empty, "-t", "tmpfs", "-o", "ro", "none");
		Files.createSymbolicLink(directory(), empty);
		awaitProblemAt(store, "failover", "the switch and 2 backups");
		awaitProblemAt(store, "failover", "read-only file system");
		assertServesAll(store);
		assertThat(store.writeObstacle()).contains("read-only");
		this.commands.require("mount", "-o", "remount,rw", empty.toString());
		await().until(() -> Files.exists(dataFile("orders")));
		awaitFilled(store);
	}

	@Test
	void whoseTheBackupsWereIsKnownBeforeAndAfterTheyAreWrittenAgain() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Files.move(directory(), this.temp.resolve("away"));
		Files.createDirectory(directory());
		for (int i = 0; i < 2; i++) {
			assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY);
			assertThat(store.archive().manual()).containsExactly(PAYMENTS_KEY);
			await().until(() -> Files.exists(dataFile("orders")));
		}
		awaitFilled(store);
		assertThat(write(store, backup("orders", "10.0.0.2:80")).kept()).isEmpty();
		assertThat(write(store, backup("payments", "10.0.0.8:80")).kept()).containsOnlyKeys(PAYMENTS_KEY);
	}

	@ParameterizedTest
	@EnumSource
	void deletionsWhileOthersRemainAreOrders(Watching watching) throws Exception {
		DiskStore store = openOn(watching);
		Files.delete(dataFile("payments"));
		awaitAddresses(store, "payments");
		Files.delete(directory().resolve(FailoverFiles.SWITCH));
		awaitOff(store);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void backupsThatWereDeletedAreNamedInTheLog() throws Exception {
		Logger log = (Logger) LoggerFactory.getLogger(Losses.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		log.addAppender(lines);
		try {
			DiskStore store = openOn(Watching.NOTIFIED);
			Files.delete(dataFile("orders"));
			Files.delete(dataFile("payments"));
			awaitAddresses(store, "orders");
			awaitAddresses(store, "payments");
			assertThat(lines.list).singleElement()
				.extracting(ILoggingEvent::getFormattedMessage)
				.asString()
				.contains(directory().toString())
				.endsWith("2 backups were deleted by hand or by another program: "
						+ "DEFAULT_GROUP@@orders, DEFAULT_GROUP@@payments");
		}
		finally {
			log.detachAppender(lines);
		}
	}

	@ParameterizedTest
	@EnumSource
	void switchWithoutBackupsIsDeletedByOrder(Watching watching) throws Exception {
		files().on();
		DiskStore store = open(watching);
		Files.delete(directory().resolve(FailoverFiles.SWITCH));
		awaitOff(store);
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void deletionRightBeforeASwitchOverHttpIsAnOrder() throws Exception {
		DiskStore store = openOn(Watching.POLLED);
		Files.delete(directory().resolve(FailoverFiles.SWITCH));
		store.changeSwitch((known) -> {
			assertThat(known.enabled()).isFalse();
			return known.withExceptions(Map.of(ORDERS_KEY, true));
		});
		assertThat(directory().resolve(FailoverFiles.SWITCH)).doesNotExist();
	}

	@Test
	void processThatWasStoppedDoesNotUndoOrdersGivenSince() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		DiskStore stopped = new DiskStore(directory(), MAX_FILE_SIZE);
		awaitAllRead(store);
		stopped.verifySome(Long.MAX_VALUE / 2);
		assertThat(stopped.archive().saved()).containsOnlyKeys(ORDERS_KEY);
		Files.move(directory(), this.temp.resolve("away"));
		Files.createDirectory(directory());
		awaitFilled(store);
		Files.delete(dataFile("orders"));
		Files.delete(directory().resolve(FailoverFiles.SWITCH));
		awaitOff(store);
		awaitAddresses(store, "orders");
		stopped.scan();
		assertThat(isOn(stopped)).isTrue();
		stopped.writeLost();
		assertThat(isOn(stopped)).isFalse();
		assertThat(addresses(stopped, "orders")).isEmpty();
		assertThat(stopped.problems()).isEmpty();
		assertThat(dataFile("orders")).doesNotExist();
		assertThat(directory().resolve(FailoverFiles.SWITCH)).doesNotExist();
		assertThat(dataFile("payments")).exists();
	}

	@Test
	void twoProcessesFillTheDirectoryOnce() throws Exception {
		DiskStore store = openOn(Watching.NOTIFIED);
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), directory());
		DiskStore other = open(Watching.POLLED, link);
		awaitAllRead(other);
		Files.move(directory(), this.temp.resolve("away"));
		Files.createDirectory(directory());
		for (DiskStore each : List.of(store, other)) {
			awaitFilled(each);
		}
		assertThat(store.archive().snapshots()).hasSize(1);
		Files.delete(dataFile("orders"));
		for (DiskStore each : List.of(store, other)) {
			awaitAddresses(each, "orders");
			assertThat(isOn(each)).isTrue();
		}
		assertThat(dataFile("orders")).doesNotExist();
	}

	/** On, with one backup of ours and one that was written by hand. */
	private DiskStore openOn(Watching watching) throws Exception {
		files().service("payments", "10.0.0.7:80");
		DiskStore store = open(watching);
		store.writeSwitch(ON);
		write(store, backup("orders", "10.0.0.1:80"));
		assertThat(store.archive().saved()).containsOnlyKeys(ORDERS_KEY);
		await().until(() -> !store.isSettling());
		awaitAllRead(store);
		return store;
	}

	private void awaitFilled(DiskStore store) {
		await().until(() -> Set.of(FailoverFiles.SWITCH, ORDERS, PAYMENTS)
			.stream()
			.allMatch((name) -> Files.exists(directory().resolve(name))));
		awaitNoProblems(store);
		assertServesAll(store);
		DiskStore restarted = new DiskStore(directory(), MAX_FILE_SIZE);
		assertThat(restarted.state().failoverSwitch()).isEqualTo(ON);
		assertServesAll(restarted);
	}

	private static void assertServesAll(DiskStore store) {
		assertThat(store.state().failoverSwitch()).isEqualTo(ON);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
	}

	private static SwitchChangedEvent refusal() {
		return new SwitchChangedEvent(Instant.now(), "public", null, true, false, "ops", SwitchOrigin.HTTP, null, null,
				SwitchOutcome.REFUSED, List.of("not yet"));
	}

}
