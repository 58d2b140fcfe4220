package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Tests for the start of {@link NacosServer} on a machine that is too slow for the time
 * limits within the server.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SlowMachineTests {

	private static final String TIMEOUT = "Login timeout exceeded";

	@TempDir
	private Path directory;

	@Test
	void triesAgainAndGivesUpInTheEnd() throws Exception {
		Path home = this.directory.resolve("home");
		NacosServer.Builder builder = NacosServer.builder()
			.home(home)
			.jvmArgument("-XX:VMOptionsFile=" + this.directory.resolve("jvm.options"));
		slowDown();
		CompletableFuture<NacosServer> start = CompletableFuture.supplyAsync(builder::start);
		while (!hasTimedOut(home.resolve("start-1")) && !start.isDone()) {
			TimeUnit.MILLISECONDS.sleep(10);
		}
		speedUp();
		try (NacosServer server = start.join()) {
			int port = server.port();
			assertTrue(server.isRunning());
			assertTrue(hasTimedOut(home.resolve("start-1")));
			assertTrue(server.log().startsWith(home.toRealPath().resolve("start-2")), server.log().toString());
			slowDown();
			IllegalStateException failure = assertThrows(IllegalStateException.class, server::restart);
			assertTrue(failure.getMessage().contains(TIMEOUT), failure.getMessage());
			for (String attempt : new String[] { "start-3", "start-4", "start-5" }) {
				assertTrue(hasTimedOut(home.resolve(attempt)), attempt);
			}
			assertFalse(Files.exists(home.resolve("start-6")));
			assertFalse(server.isRunning());
			assertEquals(port, server.port());
		}
	}

	@Test
	void startsOneAtATime() throws Exception {
		Path lock = this.directory.resolve("lock");
		StartTurn first = StartTurn.take(lock, Duration.ofMinutes(5));
		CompletableFuture<StartTurn> second = CompletableFuture
			.supplyAsync(() -> StartTurn.take(lock, Duration.ofMinutes(5)));
		StartTurn.take(lock, Duration.ofMillis(100)).close();
		assertFalse(second.isDone());
		first.close();
		second.join().close();
		StartTurn.take(this.directory.resolve("missing/lock"), Duration.ofMinutes(5)).close();
	}

	/** Opening the database blocks until the time limit of the server is exceeded. */
	private void slowDown() throws Exception {
		Path database = Files.createDirectories(this.directory.resolve("slow/data/derby-data"));
		Path pipe = database.resolve("service.properties");
		if (!Files.exists(pipe)) {
			assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor());
		}
		options("-Dnacos.home=" + this.directory.resolve("slow"), "-Ddb.pool.config.connectionTimeout=1000");
	}

	private void speedUp() throws IOException {
		options();
	}

	private void options(String... options) throws IOException {
		Files.writeString(this.directory.resolve("jvm.options"), String.join("\n", options));
	}

	private static boolean hasTimedOut(Path start) throws IOException {
		Path log = start.resolve("server.log");
		return Files.exists(log) && Files.readString(log).contains(TIMEOUT);
	}

}
