package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.nacosfailover.nacosserver.ProcessPause;
import org.awaitility.Awaitility;

/**
 * A real Redis master with a replica and a sentinel, all with passwords. The sentinel can
 * be sent away, so that a test and not the clock tells when the replica takes over.
 */
public final class RealSentinel implements AutoCloseable {

	public static final String MASTER = "main";

	public static final String PASSWORD = "redis-secret";

	public static final String SENTINEL_PASSWORD = "sentinel-secret";

	private static final String AUTHENTICATION = "AUTH " + PASSWORD;

	private static final String SETTINGS = """
			bind 127.0.0.1
			port %1$d
			dir "%2$s"
			requirepass %3$s
			sentinel monitor main 127.0.0.1 %4$d 1
			sentinel auth-pass main %5$s
			sentinel down-after-milliseconds main 1000
			sentinel failover-timeout main 5000
			""";

	private final int port = RealRedis.freePort();

	private final Thread reaper = new Thread(this::killSentinel);

	private final RealRedis master;

	private final RealRedis replica;

	private final Path settings;

	private Process sentinel;

	private RealSentinel(Path directory) {
		this.master = RealRedis.startWith("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync",
				"yes", "--repl-diskless-sync-delay", "0");
		this.replica = RealRedis.startWith("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--replicaof",
				"127.0.0.1", Integer.toString(this.master.port()));
		this.settings = directory.resolve("sentinel.conf");
		try {
			Files.writeString(this.settings,
					SETTINGS.formatted(this.port, directory, SENTINEL_PASSWORD, this.master.port(), PASSWORD));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Runtime.getRuntime().addShutdownHook(this.reaper);
		awaitReplica();
		startSentinel();
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> "*1".equals(RealRedis.send(this.port, "AUTH " + SENTINEL_PASSWORD, "SENTINEL REPLICAS main")));
	}

	/**
	 * Starts all three.
	 * @param directory an empty directory for the sentinel
	 * @return the servers, once the sentinel knows both others
	 */
	public static RealSentinel start(Path directory) {
		return new RealSentinel(directory);
	}

	/**
	 * Where the sentinel listens.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/** Waits until the replica has all that the master has. */
	public void awaitReplica() {
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> ":1".equals(RealRedis.send(this.master.port(), AUTHENTICATION, "SET test 1", "WAIT 1 1000")));
	}

	/**
	 * Stops the replica, which then gets nothing new.
	 * @return the pause, to be ended
	 */
	public ProcessPause pauseReplica() {
		return this.replica.pause();
	}

	/**
	 * Stops the master: its connections stay open without an answer, as when its machine
	 * is gone.
	 * @return the pause, to be ended
	 */
	public ProcessPause pauseMaster() {
		return this.master.pause();
	}

	/** Ends master and sentinel at once, so that nobody takes over yet. */
	public void killMasterAndSentinel() {
		killSentinel();
		this.master.kill();
	}

	/** Starts the sentinel again, which makes the replica the master if that is gone. */
	public void startSentinel() {
		try {
			this.sentinel = new ProcessBuilder(RealRedis.executable().getAbsolutePath(), this.settings.toString(),
					"--sentinel")
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void killSentinel() {
		this.sentinel.destroyForcibly().onExit().join();
	}

	@Override
	public void close() {
		killSentinel();
		this.replica.close();
		this.master.close();
		Runtime.getRuntime().removeShutdownHook(this.reaper);
	}

}
