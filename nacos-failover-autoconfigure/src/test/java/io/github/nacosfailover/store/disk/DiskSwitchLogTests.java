package io.github.nacosfailover.store.disk;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.SwitchOrigin;
import io.github.nacosfailover.SwitchOutcome;
import io.github.nacosfailover.store.SwitchLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DiskSwitchLog}.
 */
class DiskSwitchLogTests {

	private static final Instant AT = Instant.parse("2026-11-23T02:49:00.123456789Z");

	@TempDir
	Path directory;

	@Test
	void whatWasAddedIsReadBackNewestFirst() throws Exception {
		SwitchChanged full = new SwitchChanged(AT, "public", "g@@s", null, true, "ops \u00e9", SwitchOrigin.HTTP,
				"line\nbreak \u5347\u7ea7", AT.plusSeconds(60), SwitchOutcome.FORCED, List.of("one", "two"));
		SwitchChanged sparse = change(1, SwitchOrigin.API);
		log().add(full);
		log().add(sparse);
		assertThat(log().read()).containsExactly(sparse, full);
	}

	@Test
	void hasNothingWithoutAFile() throws Exception {
		assertThat(log().read()).isEmpty();
	}

	@Test
	void theLastHundredAreKeptAndTheFileDoesNotGrow() throws Exception {
		for (int i = 0; i < 450; i++) {
			log().add(change(i, SwitchOrigin.API));
		}
		assertThat(log().read()).hasSize(SwitchLog.SIZE).first().isEqualTo(change(449, SwitchOrigin.API));
		assertThat(Files.readAllLines(file())).hasSizeLessThanOrEqualTo(2 * SwitchLog.SIZE);
	}

	@Test
	void aTornLineIsPassedOverAndHarmsNoOther() throws Exception {
		log().add(change(1, SwitchOrigin.API));
		Files.writeString(file(), "{\"at\":\"2026", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
		log().add(change(2, SwitchOrigin.API));
		assertThat(log().read()).containsExactly(change(2, SwitchOrigin.API), change(1, SwitchOrigin.API));
	}

	@Test
	void theSameEditSeenByTwoProcessesIsOneChange() throws Exception {
		log().add(change(1, SwitchOrigin.FILE));
		log().add(change(1, SwitchOrigin.FILE));
		assertThat(log().read()).hasSize(1);
		log().add(change(100, SwitchOrigin.FILE));
		assertThat(log().read()).hasSize(2);
	}

	@Test
	void concurrentWritersLoseNothing() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> writers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				int first = i * 20;
				writers.add(executor.submit(() -> {
					for (int n = 0; n < 20; n++) {
						log().add(change(first + n, SwitchOrigin.API));
					}
					return null;
				}));
			}
			for (Future<?> writer : writers) {
				writer.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(log().read()).extracting(SwitchChanged::at).doesNotHaveDuplicates().hasSize(80);
	}

	private static SwitchChanged change(int second, SwitchOrigin origin) {
		return new SwitchChanged(AT.plusSeconds(second), "public", null, false, true, "ops", origin, null, null,
				SwitchOutcome.APPLIED, List.of());
	}

	private DiskSwitchLog log() {
		return new DiskSwitchLog(this.directory);
	}

	private Path file() {
		return this.directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve("history.json");
	}

}
