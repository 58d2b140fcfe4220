package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.event.SwitchOutcome;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LoggedChange;
import io.github.nacosfailover.store.SwitchLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * Tests of {@link DiskSwitchLog}.
 */
class DiskSwitchLogTests {

	private static final Instant AT = Instant.parse("2026-11-23T02:49:00.123456789Z");

	@TempDir
	Path directory;

	@Test
	void whatWasAddedIsReadBackNewestFirst() throws Exception {
		SwitchChangedEvent full = new SwitchChangedEvent(AT, "public", "g@@s", null, true, "ops \u00e9",
				SwitchOrigin.HTTP, "line\nbreak \u5347\u7ea7", AT.plusSeconds(60), SwitchOutcome.FORCED,
				List.of("one", "two"));
		SwitchChangedEvent sparse = change(1, SwitchOrigin.API);
		log().add(LoggedChange.of(full));
		log().add(LoggedChange.of(sparse));
		assertThat(log().read()).containsExactly(sparse, full);
	}

	@Test
	void hasNothingWithoutAFile() throws Exception {
		assertThat(log().read()).isEmpty();
	}

	@Test
	void theLastHundredAreKeptAndTheFileDoesNotGrow() throws Exception {
		for (int i = 0; i < 450; i++) {
			log().add(LoggedChange.of(change(i, SwitchOrigin.API)));
		}
		assertThat(log().read()).hasSize(SwitchLog.SIZE).first().isEqualTo(change(449, SwitchOrigin.API));
		assertThat(Files.readAllLines(file())).hasSizeLessThanOrEqualTo(2 * SwitchLog.SIZE);
	}

	@Test
	void aTornLineIsPassedOverAndHarmsNoOther() throws Exception {
		log().add(LoggedChange.of(change(1, SwitchOrigin.API)));
		Files.writeString(file(), "{\"at\":\"2026", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
		log().add(LoggedChange.of(change(2, SwitchOrigin.API)));
		assertThat(log().read()).containsExactly(change(2, SwitchOrigin.API), change(1, SwitchOrigin.API));
	}

	@Test
	void historyOfALostDirectoryIsReadAndWrittenAgain() throws Exception {
		DiskSwitchLog log = log();
		log.add(LoggedChange.of(change(1, SwitchOrigin.API)));
		log().add(LoggedChange.of(change(2, SwitchOrigin.API)));
		log.read();
		Files.move(file().getParent(), this.directory.resolve("moved"));
		assertThat(log.read()).containsExactly(change(2, SwitchOrigin.API), change(1, SwitchOrigin.API));
		log.add(LoggedChange.of(change(3, SwitchOrigin.API)));
		assertThat(log().read()).containsExactly(change(3, SwitchOrigin.API), change(2, SwitchOrigin.API),
				change(1, SwitchOrigin.API));
	}

	@Test
	void historyThatWasDeletedIsNotWrittenAgain() throws Exception {
		DiskSwitchLog log = log();
		log.add(LoggedChange.of(change(1, SwitchOrigin.API)));
		Files.delete(file());
		log.add(LoggedChange.of(change(2, SwitchOrigin.API)));
		assertThat(log.read()).containsExactly(change(2, SwitchOrigin.API));
	}

	@Test
	void fileThatCannotBeWrittenNamesPlaceAndCure() throws Exception {
		Files.createDirectories(file());
		assertThatIOException().isThrownBy(() -> log().add(LoggedChange.of(change(1, SwitchOrigin.API))))
			.withMessageStartingWith("The history in " + this.directory + " cannot be written: ");
	}

	@Test
	void theSameEditSeenByTwoProcessesIsOneChange() throws Exception {
		log().add(edit(AT, true));
		log().add(edit(AT, true));
		assertThat(log().read()).hasSize(1);
		log().add(edit(AT.plusMillis(1), false));
		log().add(edit(AT.plusMillis(2), true));
		log().add(edit(AT, true));
		assertThat(log().read()).extracting(SwitchChangedEvent::after).containsExactly(true, false, true);
	}

	@Test
	void editsWithinOneTickOfTheFileSystemAreAllKept() throws Exception {
		log().add(edit(AT, true));
		log().add(edit(AT, false));
		log().add(edit(AT, true));
		assertThat(log().read()).extracting(SwitchChangedEvent::after).containsExactly(true, false, true);
	}

	@Test
	void whoHasSwitchedCountsMoreThanWhoHasSeenIt() throws Exception {
		SwitchState state = new SwitchState(true, AT, "ops", null, null);
		log().add(LoggedChange.of(change(0, SwitchOrigin.ELSEWHERE), state));
		log().add(LoggedChange.of(change(0, SwitchOrigin.HTTP), state));
		log().add(LoggedChange.of(change(0, SwitchOrigin.ELSEWHERE), state));
		log().add(LoggedChange.of(change(1, SwitchOrigin.HTTP), state));
		assertThat(log().read()).extracting(SwitchChangedEvent::origin)
			.containsExactly(SwitchOrigin.HTTP, SwitchOrigin.HTTP);
	}

	@Test
	void waitsForALockOfOtherCodeInTheSameProcess() throws Exception {
		log().add(LoggedChange.of(change(0, SwitchOrigin.API)));
		Thread writer;
		AtomicReference<Throwable> failure = new AtomicReference<>();
		try (FileChannel other = FileChannel.open(file().resolveSibling("history.lock"), StandardOpenOption.WRITE)) {
			other.lock();
			writer = new Thread(() -> {
				try {
					log().add(LoggedChange.of(change(1, SwitchOrigin.API)));
				}
				catch (Throwable ex) {
					failure.set(ex);
				}
			});
			writer.start();
			await().until(() -> writer.getState() == Thread.State.TIMED_WAITING || failure.get() != null);
		}
		writer.join();
		assertThat(failure.get()).isNull();
		assertThat(log().read()).hasSize(2);
	}

	@Test
	void writersOfTwoClassLoadersLoseNothing() throws Exception {
		Runnable other = (Runnable) Class.forName(Writer.class.getName(), true, new OtherClassLoader())
			.getConstructor(Path.class, int.class)
			.newInstance(this.directory, 0);
		assertThat(other.getClass()).isNotEqualTo(Writer.class);
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try {
			Future<?> first = executor.submit(other);
			Future<?> second = executor.submit(new Writer(this.directory, 1000));
			first.get();
			second.get();
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(log().read()).extracting(SwitchChangedEvent::at).doesNotHaveDuplicates().hasSize(80);
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void namedPipeInPlaceOfTheFileIsNotOpened() throws Exception {
		log().add(LoggedChange.of(change(0, SwitchOrigin.API)));
		Files.delete(file());
		assertThat(Commands.tryRun("mkfifo", file().toString())).isTrue();
		assertTimeoutPreemptively(Duration.ofSeconds(30),
				() -> assertThatIOException().isThrownBy(() -> log().read())
					.withMessageContaining(file().toString())
					.withMessageContaining("named pipe"));
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
						log().add(LoggedChange.of(change(first + n, SwitchOrigin.API)));
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
		assertThat(log().read()).extracting(SwitchChangedEvent::at).doesNotHaveDuplicates().hasSize(80);
	}

	private static LoggedChange edit(Instant time, boolean enabled) {
		return LoggedChange.of(
				new SwitchChangedEvent(Instant.now(), "public", null, !enabled, enabled, "file", SwitchOrigin.FILE,
						null, null, SwitchOutcome.APPLIED, List.of()),
				new SwitchState(enabled, time, "file", null, null));
	}

	static SwitchChangedEvent change(int second, SwitchOrigin origin) {
		return new SwitchChangedEvent(AT.plusSeconds(second), "public", null, false, true, "ops", origin, null, null,
				SwitchOutcome.APPLIED, List.of());
	}

	private DiskSwitchLog log() {
		return new DiskSwitchLog(this.directory);
	}

	private Path file() {
		return this.directory.resolve(FailoverFileNames.OWN_DIRECTORY).resolve("history.json");
	}

	/** Adds entries, and can be loaded twice. */
	public static final class Writer implements Runnable {

		private final DiskSwitchLog log;

		private final int first;

		public Writer(Path directory, int first) {
			this.log = new DiskSwitchLog(directory);
			this.first = first;
		}

		@Override
		public void run() {
			try {
				for (int i = 0; i < 40; i++) {
					this.log.add(LoggedChange.of(change(this.first + i, SwitchOrigin.API)));
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
