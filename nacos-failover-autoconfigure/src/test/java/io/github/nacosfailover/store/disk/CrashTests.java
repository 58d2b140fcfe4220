package io.github.nacosfailover.store.disk;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that are killed while they take and restore snapshots. Few of them, since
 * each is a JVM: {@code docs/measurements/reliability.md} tells how to kill many.
 */
@DisabledOnOs(OS.WINDOWS)
class CrashTests {

	@Test
	void killedProcessesLeaveNothingTornAndNothingManual(@TempDir Path directory) throws Exception {
		int kills = Integer.getInteger("crash.kills", 12);
		String report = CrashHarness.run(directory.resolve("failover"), kills, System.nanoTime());
		System.out.println(report);
		assertThat(report).contains("nothing manual");
	}

}
