package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Services that are on or off by themselves, as the disk store keeps them.
 */
class SwitchExceptionsTests extends DiskStoreTestBase {

	private static final Map<ServiceKey, Boolean> EXCEPTIONS = Map.of(ServiceKey.of("DEFAULT_GROUP", "orders"), true,
			ServiceKey.of("g/ü", "pay ments"), false);

	private static final SwitchState ON = new SwitchState(true, Instant.parse("2026-11-23T02:49:00Z"), "ops", null,
			null);

	@Test
	void areReadBackByTheNextStore() throws Exception {
		files();
		DiskStore store = open();
		store.writeSwitch(ON.withExceptions(EXCEPTIONS));
		DiskStores.close(store);
		assertThat(open().state().failoverSwitch()).isEqualTo(ON.withExceptions(EXCEPTIONS));
	}

	@Test
	void doNotTouchTheSwitchFile() throws Exception {
		files().on();
		DiskStore store = open();
		Object before = Files.getLastModifiedTime(switchFile());
		store.writeSwitch(store.state().failoverSwitch().withExceptions(EXCEPTIONS));
		assertThat(Files.getLastModifiedTime(switchFile())).isEqualTo(before);
		assertThat(store.state().failoverSwitch().exceptions()).isEqualTo(EXCEPTIONS);
		assertThat(store.state().failoverSwitch().by()).isEqualTo("file");
	}

	@Test
	void stayWhenTheSwitchIsEditedByHand() throws Exception {
		FailoverFiles files = files().on();
		DiskStore store = open();
		store.writeSwitch(ON.withExceptions(EXCEPTIONS));
		files.off();
		awaitOff(store);
		assertThat(store.state().failoverSwitch().exceptions()).isEqualTo(EXCEPTIONS);
	}

	@Test
	void ofAnotherProcessAreSeen() throws Exception {
		files().on();
		DiskStore store = open();
		new ExceptionsFile(directory()).write(EXCEPTIONS);
		await().until(() -> store.state().failoverSwitch().exceptions().equals(EXCEPTIONS));
		Files.delete(new ExceptionsFile(directory()).path());
		await().until(() -> store.state().failoverSwitch().exceptions().isEmpty());
	}

	@Test
	void thatCannotBeReadStayAsTheyWere() throws Exception {
		files().on();
		DiskStore store = open();
		store.writeSwitch(ON.withExceptions(EXCEPTIONS));
		Path file = new ExceptionsFile(directory()).path();
		for (String damaged : new String[] { "", "{", "null", "{\"orders\":true}", "{\"a@@b\":null}" }) {
			Files.writeString(file, damaged);
			awaitProblemAt(store, "exceptions.json", "stay in use");
			assertThat(store.state().failoverSwitch().exceptions()).isEqualTo(EXCEPTIONS);
			new ExceptionsFile(directory()).write(EXCEPTIONS);
			awaitNoProblems(store);
		}
	}

	@Test
	void writtenAfterTheDirectoryWasRemovedBringBackTheSwitch() throws Exception {
		files().on();
		DiskStore store = open();
		store.writeSwitch(ON);
		Files.delete(switchFile());
		store.writeSwitch(ON.withExceptions(EXCEPTIONS));
		assertThat(switchFile()).hasContent("1");
		assertThat(store.state().failoverSwitch()).isEqualTo(ON.withExceptions(EXCEPTIONS));
	}

	private Path switchFile() {
		return directory().resolve(FailoverFiles.SWITCH);
	}

}
