package io.github.nacosfailover.store.disk;

import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files that cannot be used hurt nobody else, and are listed.
 */
class DiskStoreFaultTests extends DiskStoreTestBase {

	@Test
	void oneBadFileDoesNotHurtAnother() {
		files().service("orders", "10.0.0.1:80")
			.service("payments", "10.0.0.7:80")
			.write("README.txt", "read me")
			.write(".DS_Store", "x")
			.write("a%zz@@b", "{}")
			.write("bad%ff@@b", "{}")
			.write("g%40%40empty", "")
			.write("g%40%40null", "null")
			.write("g%40%40half", "{\"name\":\"half\",\"hosts\":[{")
			.write("g%40%40array", "[]")
			.write("g%40%40large", " ".repeat((int) MAX_FILE_SIZE + 1));
		DiskStore store = open();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		awaitAllRead(store);
		awaitProblemAt(store, "README.txt", "not named after a service");
		awaitProblemAt(store, "a%zz@@b", "not named after a service");
		awaitProblemAt(store, "bad%ff@@b", "no characters");
		awaitProblemAt(store, "g%40%40empty", "delete the file");
		awaitProblemAt(store, "g%40%40null", "JSON object");
		awaitProblemAt(store, "g%40%40half", "line 1");
		awaitProblemAt(store, "g%40%40array", "JSON object");
		awaitProblemAt(store, "g%40%40large", "nacos.failover.disk.max-file-size");
		assertThat(store.problems()).hasSize(8);
	}

	@ParameterizedTest
	@ValueSource(strings = { ".DS_Store", "DEFAULT_GROUP%40%40orders~", "g@@meta", "g%40%40meta", "g@@special-url",
			"#DEFAULT_GROUP%40%40orders#", ".DEFAULT_GROUP%40%40orders.swp" })
	void filesThatAreNoBusinessOfOursArePassedOverInSilence(String name) {
		files().service("orders", "10.0.0.1:80").write(name, "anything");
		DiskStore store = open();
		awaitAllRead(store);
		assertThat(store.state().backups().size()).isEqualTo(1);
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void subdirectoriesArePassedOverInSilence() throws Exception {
		files().service("orders", "10.0.0.1:80");
		Files.createDirectories(directory().resolve("old/deeper"));
		assertThat(open().problems()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void lastGoodVersionStaysAfterCorruptionEvenOfAServiceNeverAskedFor(Watching watching) {
		FailoverFiles files = files().service("orders", "10.0.0.1:80").service("payments", "10.0.0.7:80");
		DiskStore store = open(watching);
		assertThat(addresses(store, "payments")).isNotEmpty();
		awaitAllRead(store);
		for (String content : new String[] { "", "null", "{\"name\":", "[]", " ".repeat((int) MAX_FILE_SIZE + 1) }) {
			files.write(ORDERS, content).write(PAYMENTS, content);
			awaitProblemAt(store, ORDERS, "last good version stays");
			awaitProblemAt(store, PAYMENTS, "last good version stays");
		}
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(addresses(store, "payments")).containsExactly("10.0.0.7:80");
		files.service("orders", "10.0.0.2:80").service("payments", "10.0.0.8:80");
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitAddresses(store, "payments", "10.0.0.8:80");
		awaitNoProblems(store);
	}

	@Test
	void corruptionIsOverWhenTheSameContentIsBack() {
		FailoverFiles files = files().service("orders", "10.0.0.1:80");
		DiskStore store = open();
		awaitAllRead(store);
		files.write(ORDERS, "{");
		awaitProblemAt(store, ORDERS, "last good version stays");
		files.service("orders", "10.0.0.1:80");
		awaitNoProblems(store);
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
	}

	@Test
	void fileThatWasNeverGoodDoesNotClaimALastGoodVersion() {
		FailoverFiles files = files().write(ORDERS, "{");
		DiskStore store = open();
		awaitProblemAt(store, ORDERS, "line 1");
		assertThat(problemsAt(store, ORDERS).get(0)).doesNotContain("last good");
		assertThat(addresses(store, "orders")).isEmpty();
		files.service("orders", "10.0.0.1:80");
		awaitAddresses(store, "orders", "10.0.0.1:80");
		awaitNoProblems(store);
	}

	@ParameterizedTest
	@EnumSource
	void directoryInPlaceOfAFileKeepsItsLastGoodVersion(Watching watching) throws Exception {
		FailoverFiles files = files().on().service("orders", "10.0.0.1:80");
		DiskStore store = open(watching);
		awaitAllRead(store);
		for (String name : new String[] { ORDERS, FailoverFiles.SWITCH }) {
			Path next = Files.createSymbolicLink(directory().resolve("." + name), this.temp);
			Files.move(next, directory().resolve(name), StandardCopyOption.ATOMIC_MOVE);
			awaitProblemAt(store, name, "directory");
		}
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(isOn(store)).isTrue();
		Files.delete(directory().resolve(ORDERS));
		Files.delete(directory().resolve(FailoverFiles.SWITCH));
		files.off().service("orders", "10.0.0.2:80");
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitOff(store);
		awaitNoProblems(store);
	}

	@Test
	void switchThatCannotBeReadSaysWhyAndWhatToDo() throws Exception {
		files().on();
		DiskStore store = open();
		Path file = directory().resolve(FailoverFiles.SWITCH);
		Path next = Files.createSymbolicLink(directory().resolve(".next"), file);
		Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
		awaitProblemAt(store, FailoverFiles.SWITCH, "lead in a circle; delete them");
		assertThat(isOn(store)).isTrue();
		assertThat(ReadFailure.explain(new AccessDeniedException(file.toString())))
			.contains("give it permission to read");
	}

	@Test
	void switchFileThatDecidesNothingIsWrittenAgainByARequestForTheSameState() throws Exception {
		files().on();
		DiskStore store = open();
		Path file = directory().resolve(FailoverFiles.SWITCH);
		Files.writeString(file, "on\n");
		awaitProblemAt(store, FailoverFiles.SWITCH, "has no line that is 0 or 1, so failover stays on");
		store.changeSwitch(
				(known) -> known.withExceptions(Map.of(new ServiceKey("DEFAULT_GROUP", "orders", null), false)));
		assertThat(file).hasContent("on");
		store.changeSwitch((known) -> known);
		assertThat(file).hasContent("1");
		assertThat(isOn(open())).isTrue();
		awaitNoProblems(store);
	}

	@Test
	void problemIsLoggedAsSoonAsItIsSettledAndNotWithTheNextScan() throws Exception {
		files().on();
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		Logger log = (Logger) LoggerFactory.getLogger(DiskStore.class);
		log.addAppender(lines);
		try {
			DiskStore store = new DiskStore(directory(), MAX_FILE_SIZE);
			store.refresh(null, true);
			files().write(FailoverFiles.SWITCH, "on");
			awaitLine(store, lines, "write 0 or 1");
			files().write(FailoverFiles.SWITCH, "1");
			awaitLine(store, lines, ": resolved");
		}
		finally {
			log.detachAppender(lines);
		}
	}

	private static void awaitLine(DiskStore store, ListAppender<ILoggingEvent> lines, String text) {
		await().until(() -> {
			store.refresh(null, false);
			return lines.list.stream().anyMatch((line) -> line.getFormattedMessage().contains(text));
		});
	}

	@Test
	void fileMayBeAsLargeAsAllowedAndNoLarger() {
		String json = FailoverFiles.json("orders", "10.0.0.1:80");
		String largest = json + " ".repeat((int) MAX_FILE_SIZE - json.length());
		FailoverFiles files = files().write(ORDERS, largest)
			.write(PAYMENTS, largest.replace("orders", "payment") + " ");
		DiskStore store = open();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		files.write(ORDERS, largest + " ");
		awaitProblemAt(store, ORDERS, "larger than nacos.failover.disk.max-file-size (65536 bytes)");
	}

	@Test
	void documentedNameWinsOverAnotherForTheSameService() throws Exception {
		FailoverFiles files = files().write("DEFAULT_GROUP@@orders", FailoverFiles.json("orders", "10.0.0.2:80"))
			.service("orders", "10.0.0.1:80")
			.write("DEFAULT%5FGROUP@@orders", FailoverFiles.json("orders", "10.0.0.3:80"));
		DiskStore store = open();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		awaitProblemAt(store, "DEFAULT_GROUP@@orders", "'" + ORDERS + "' is for the same service");
		awaitProblemAt(store, "DEFAULT%5FGROUP@@orders", "delete one");
		assertThat(problemsAt(store, ORDERS)).isEmpty();
		Files.delete(directory().resolve(ORDERS));
		awaitAddresses(store, "orders", "10.0.0.3:80");
		Files.delete(directory().resolve("DEFAULT%5FGROUP@@orders"));
		awaitAddresses(store, "orders", "10.0.0.2:80");
		awaitNoProblems(store);
		files.service("orders", "10.0.0.4:80");
		awaitAddresses(store, "orders", "10.0.0.4:80");
	}

	@ParameterizedTest
	@CsvSource({ "DEFAULT_GROUP%40%40orders@@A", "DEFAULT_GROUP%40%40orders%40%40A", "DEFAULT_GROUP@@orders@@A" })
	void fileOfOneClusterSelectionIsKeptApart(String name) {
		files().service("orders", "10.0.0.1:80").write(name, FailoverFiles.json("orders", "10.0.0.2:80"));
		DiskStore store = open();
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.1:80");
		assertThat(store.state().backups().find(new ServiceKey("DEFAULT_GROUP", "orders", "A")).get().all(null))
			.extracting(Instance::toInetAddr)
			.isEqualTo(List.of("10.0.0.2:80"));
		awaitAllRead(store);
		assertThat(store.problems()).isEmpty();
	}

	@Test
	void contentOfAnotherServiceIsListed() {
		files().write(ORDERS, FailoverFiles.json("payments", "10.0.0.7:80"));
		DiskStore store = open();
		awaitProblemAt(store, ORDERS, "calls itself 'DEFAULT_GROUP@@payments'");
		assertThat(addresses(store, "orders")).containsExactly("10.0.0.7:80");
		assertThat(addresses(store, "payments")).isEmpty();
	}

	@Test
	void serviceWithoutInstancesIsListed() {
		files().write(ORDERS, FailoverFiles.json("orders"));
		DiskStore store = open();
		awaitProblemAt(store, ORDERS, "no instances");
	}

	@Test
	void manyFilesAreIndexedWithoutReadingAndTheFirstQueryReadsOne() {
		FailoverFiles files = files();
		for (int i = 0; i < 10_000; i++) {
			files.service("service" + i, "10.0.0.1:80");
		}
		DiskStore store = new DiskStore(directory(), MAX_FILE_SIZE);
		assertThat(store.state().backups().size()).isEqualTo(10_000);
		assertThat(filesRead(store)).isZero();
		assertThat(addresses(store, "service4711")).containsExactly("10.0.0.1:80");
		assertThat(filesRead(store)).isEqualTo(1);
	}

	@Test
	void readingOfManyFilesThatNobodyNeedsGivesWayToQueries() {
		FailoverFiles files = files();
		for (int i = 0; i < 200; i++) {
			files.service("service" + i, "10.0.0.1:80");
		}
		DiskStore store = new DiskStore(directory(), MAX_FILE_SIZE);
		assertThat(addresses(store, "service1")).isNotEmpty();
		assertThat(store.verifySome(1_000_000_000)).isFalse();
		assertThat(filesRead(store)).isEqualTo(1);
		awaitAllRead(open());
	}

	private static long filesRead(DiskStore store) {
		return store.state().backups().all().stream().filter((ref) -> ((DiskBackup) ref).isRead()).count();
	}

}
