package io.github.nacosfailover.store.disk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file system that stores times of whole seconds: ext2 with small inodes.
 */
class CoarseTimesTests extends DiskStoreTestBase {

	private static final SwitchState ON = new SwitchState(true, Instant.parse("2026-11-23T02:49:00.123Z"), "ops",
			"upgrade", Instant.parse("2026-11-23T03:19:00Z"));

	private final Commands commands = new Commands();

	@BeforeEach
	void mount() throws Exception {
		Files.createDirectories(directory());
		Path image = this.temp.resolve("image");
		this.commands.require("mkfs.ext2", "-q", "-I", "128", image.toString(), "2M");
		this.commands.mount(directory(), "-o", "loop", image.toString());
		Path probe = Files.createFile(directory().resolve(".probe"));
		Files.setLastModifiedTime(probe, FileTime.from(Instant.parse("2026-11-23T02:49:00.123Z")));
		assertThat(Files.getLastModifiedTime(probe).toInstant()).isEqualTo(Instant.parse("2026-11-23T02:49:00Z"));
	}

	@AfterEach
	void undoCommands() throws Exception {
		this.commands.undo();
	}

	@Test
	void whoAndUntilAreKnownAfterARestart() throws Exception {
		DiskStore store = open();
		for (int i = 0; i < 3; i++) {
			store.writeSwitch(ON);
			assertThat(new DiskStore(directory(), MAX_FILE_SIZE).state().failoverSwitch()).isEqualTo(ON);
			await().until(() -> !store.isSettling());
			assertThat(store.state().failoverSwitch()).isEqualTo(ON);
			store.writeSwitch(SwitchState.OFF);
		}
	}

	@Test
	void theTimeThatAStockClientLooksAtGrowsWithEveryWrite() throws Exception {
		DiskStore store = open();
		long last = 0;
		for (int i = 0; i < 4; i++) {
			store.writeSwitch((i % 2 == 0) ? ON : new SwitchState(false, null, "ops", null, null));
			long modified = Files.getLastModifiedTime(directory().resolve(FailoverFiles.SWITCH)).toMillis();
			assertThat(modified).isGreaterThan(last);
			last = modified;
		}
	}

}
