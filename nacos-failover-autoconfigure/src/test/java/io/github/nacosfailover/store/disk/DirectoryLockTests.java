package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests of {@link DirectoryLock}, which several class loaders of one process share.
 */
class DirectoryLockTests {

	private static final Duration SHORT = Duration.ofMillis(50);

	@TempDir
	Path directory;

	@Test
	void whoWaitsInVainDoesNotTakeTheLockOfAnotherClassLoaderAway() throws Exception {
		Runnable other = acquireByOtherClassLoader();
		assertThatIOException().isThrownBy(() -> DirectoryLock.acquire(this.directory, SHORT))
			.withMessageContaining("another application in the same JVM");
		assertThat(isFreeForAnotherProcess()).isFalse();
		other.run();
		assertThat(isFreeForAnotherProcess()).isTrue();
		DirectoryLock ours = DirectoryLock.acquire(this.directory, SHORT);
		assertThat(isFreeForAnotherProcess()).isFalse();
		ours.release();
		assertThat(isFreeForAnotherProcess()).isTrue();
	}

	@Test
	void fileThatReplacedTheOneWaitedForIsLocked() throws Exception {
		Runnable other = acquireByOtherClassLoader();
		assertThatIOException().isThrownBy(() -> DirectoryLock.acquire(this.directory, SHORT));
		Files.delete(this.directory.resolve(DirectoryLock.FILE));
		DirectoryLock ours = DirectoryLock.acquire(this.directory, SHORT);
		assertThat(isFreeForAnotherProcess()).isFalse();
		ours.release();
		other.run();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void namedPipeInItsPlaceIsNotOpened() throws Exception {
		Path pipe = this.directory.resolve(DirectoryLock.FILE);
		assertThat(Commands.tryRun("mkfifo", pipe.toString())).isTrue();
		assertThatIOException().isThrownBy(() -> DirectoryLock.acquire(this.directory, SHORT))
			.withMessageContaining(pipe.toString())
			.withMessageContaining("named pipe");
	}

	@SuppressWarnings("unchecked")
	private Runnable acquireByOtherClassLoader() throws Exception {
		Function<Path, Runnable> other = (Function<Path, Runnable>) Class
			.forName(Acquiring.class.getName(), true, new OtherClassLoader())
			.getConstructor()
			.newInstance();
		assertThat(other.getClass()).isNotEqualTo(Acquiring.class);
		return other.apply(this.directory);
	}

	private boolean isFreeForAnotherProcess() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), OtherProcess.class.getName(),
				this.directory.resolve(DirectoryLock.FILE).toString())
			.inheritIO()
			.start();
		int code = process.waitFor();
		assertThat(code).isBetween(OtherProcess.FREE, OtherProcess.HELD);
		return code == OtherProcess.FREE;
	}

	/** Takes the lock and returns what releases it; can be loaded twice. */
	public static final class Acquiring implements Function<Path, Runnable> {

		@Override
		public Runnable apply(Path directory) {
			try {
				return DirectoryLock.acquire(directory, Duration.ofSeconds(10))::release;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	/** Tries to lock a file. */
	static final class OtherProcess {

		static final int FREE = 10;

		static final int HELD = 11;

		private OtherProcess() {
		}

		public static void main(String[] args) throws IOException {
			try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
				System.exit((channel.tryLock() != null) ? FREE : HELD);
			}
		}

	}

}
