package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import io.github.nacosfailover.nacosserver.ProcessPause;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * A real PostgreSQL on loopback, that can be killed, restarted with its data, and paused.
 */
public final class RealPostgres implements AutoCloseable {

	/** For the slowest machine. */
	private static final Duration START_LIMIT = Duration.ofMinutes(5);

	private final Path directory;

	private EmbeddedPostgres server;

	private RealPostgres(Path directory) {
		this.directory = directory;
		start(0);
	}

	/**
	 * Starts a server.
	 * @param directory an empty directory for its data
	 * @return the server
	 */
	public static RealPostgres start(Path directory) {
		return new RealPostgres(directory);
	}

	private void start(int port) {
		try {
			this.server = EmbeddedPostgres.builder()
				.setOverrideWorkingDirectory(Binaries.directory("postgres"))
				.setDataDirectory(this.directory.resolve("data"))
				.setCleanDataDirectory(false)
				.setPort(port)
				.setPGStartupWait(START_LIMIT)
				// Else what was committed may be lost by a kill.
				.setServerConfig("synchronous_commit", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String url() {
		return "jdbc:postgresql://localhost:%s/postgres".formatted(port());
	}

	public int port() {
		return this.server.getPort();
	}

	/** Ends all processes of the server at once. */
	public void kill() {
		ProcessHandle postmaster = postmaster();
		Stream.concat(Stream.of(postmaster), postmaster.descendants().toList().stream()).forEach((process) -> {
			process.destroyForcibly();
			process.onExit().join();
		});
		try {
			this.server.close();
		}
		catch (IOException | RuntimeException ex) {
			// There is nothing left to be closed but files.
		}
	}

	/** Starts the server on its port, with its data. */
	public void restart() {
		start(this.server.getPort());
	}

	/**
	 * Stops all processes of the server; connections stay open without an answer.
	 * @return lets them go on
	 */
	public Runnable pause() {
		ProcessHandle postmaster = postmaster();
		ProcessPause first = ProcessPause.begin(postmaster.pid());
		// No more of them come now.
		ProcessPause others = ProcessPause.begin(postmaster.descendants().mapToLong(ProcessHandle::pid).toArray());
		return () -> {
			others.end();
			first.end();
		};
	}

	private ProcessHandle postmaster() {
		try {
			String pid = Files.readAllLines(this.directory.resolve("data/postmaster.pid")).get(0);
			return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
