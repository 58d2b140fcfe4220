package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real Nacos server in a process of its own, bound to the loopback address. The process
 * exits with this JVM, even if that is killed.
 * <p>
 * Every start begins with an empty registry and without namespaces or configuration, as
 * it uses a new directory below the {@link #home() home}.
 * <p>
 * A machine that is slow or busy is no reason to fail: one server starts at a time, and a
 * start that ends because a time limit within the server is exceeded is tried again, on
 * the same port.
 */
public final class NacosServer implements AutoCloseable {

	private static final System.Logger logger = System.getLogger(NacosServer.class.getName());

	private static final int START_ATTEMPTS = 3;

	private final Path home;

	private final boolean temporaryHome;

	private final List<String> jvmArguments;

	private final Thread shutdownHook = new Thread(this::destroy, "nacos-server-shutdown");

	private volatile int port;

	private volatile ServerProcess process;

	private int starts;

	private boolean closed;

	private NacosServer(Builder builder) {
		try {
			this.temporaryHome = builder.home == null;
			this.home = this.temporaryHome ? Files.createTempDirectory("nacos-server-").toRealPath()
					: Files.createDirectories(builder.home).toRealPath();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Could not create the home of a Nacos server", ex);
		}
		this.jvmArguments = List.copyOf(builder.jvmArguments);
		Runtime.getRuntime().addShutdownHook(this.shutdownHook);
	}

	/**
	 * Start a server on free ports, with a temporary home, and wait until it is ready.
	 * @return the running server
	 */
	public static NacosServer start() {
		return builder().start();
	}

	/**
	 * Return a builder of a server.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	private void startOnFreePort() {
		for (int attempt = 1;; attempt++) {
			int candidate = ServerPorts.choose();
			try {
				start(candidate);
				return;
			}
			catch (IllegalStateException ex) {
				if (attempt == START_ATTEMPTS || ServerPorts.areFree(candidate)) {
					throw ex;
				}
				// Somebody else was faster to take one of the ports.
			}
		}
	}

	private void start(int port) {
		if (!ServerPorts.areFree(port)) {
			throw new IllegalStateException(
					"Port " + port + " or one derived from it (+1000, +1001, -1000) is not free on 127.0.0.1");
		}
		this.port = port;
		StartTurn turn = StartTurn.take();
		try {
			int attempt = 1;
			while (!hasStarted(attempt)) {
				attempt++;
			}
		}
		finally {
			turn.close();
		}
	}

	/**
	 * Start a process.
	 * @param attempt the number of this attempt
	 * @return {@code false} if another attempt makes sense
	 */
	private boolean hasStarted(int attempt) {
		this.process = ServerProcess.launch(this.port, newDirectory(), this.jvmArguments);
		try {
			this.process.awaitReady();
			return true;
		}
		catch (IllegalStateException ex) {
			String slowness = this.process.slowness();
			if (slowness == null || attempt == START_ATTEMPTS) {
				throw ex;
			}
			logger.log(Level.WARNING,
					"Start {0} of {1} of the Nacos server on port {2} failed, as the machine is too slow for it"
							+ " (\"{3}\"): trying again. Its log: {4}",
					attempt, START_ATTEMPTS, Integer.toString(this.port), slowness, log());
			return false;
		}
	}

	private Path newDirectory() {
		Path directory;
		do {
			this.starts++;
			directory = this.home.resolve("start-" + this.starts);
		}
		while (Files.exists(directory));
		return directory;
	}

	/**
	 * Return the server address, as clients take it.
	 * @return the host and the port, such as {@code 127.0.0.1:8848}
	 */
	public String serverAddr() {
		return "127.0.0.1:" + this.port;
	}

	/**
	 * Return the HTTP port; clients derive the gRPC port from it.
	 * @return the port, which stays the same for all starts
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the id of the current process, or of the last one.
	 * @return the process id
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Return whether the process is there, be it paused or not.
	 * @return {@code true} if it has not exited
	 */
	public boolean isRunning() {
		return this.process.isAlive();
	}

	/**
	 * Return the directory that holds what the server writes, with a directory per start.
	 * @return the home
	 */
	public Path home() {
		return this.home;
	}

	/**
	 * Return the output of the current process, or of the last one.
	 * @return the log file
	 */
	public Path log() {
		return this.process.log();
	}

	/**
	 * Return the last lines of the {@link #log() log}.
	 * @return the lines
	 */
	public String logTail() {
		return this.process.logTail();
	}

	/**
	 * Kill the process (SIGKILL) and wait until it is gone.
	 */
	public synchronized void kill() {
		this.process.kill();
	}

	/**
	 * Ask the process to exit (SIGTERM) and wait until it is gone.
	 */
	public synchronized void stop() {
		this.process.stop();
	}

	/**
	 * Start the server on the same port again, stopping it before if it is running, and
	 * wait until it is ready.
	 */
	public synchronized void restart() {
		if (this.closed) {
			throw new IllegalStateException("The Nacos server has been closed");
		}
		this.process.stop();
		this.process.deleteData();
		start(this.port);
	}

	/**
	 * Freeze the process (SIGSTOP): connections stay open and new ones are accepted by
	 * the kernel, but nothing is answered.
	 */
	public synchronized void pause() {
		this.process.pause();
	}

	/**
	 * Let a paused process go on (SIGCONT).
	 */
	public synchronized void resume() {
		this.process.resume();
	}

	/**
	 * Kill the process and delete the home, if that is a temporary one.
	 */
	@Override
	public synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// The JVM is exiting and does it all over again, to no effect.
		}
		destroy();
	}

	/** Does not lock: on exit of the JVM a start may be under way in another thread. */
	private void destroy() {
		ServerProcess process = this.process;
		if (process != null) {
			process.kill();
		}
		if (this.temporaryHome) {
			Directories.delete(this.home);
		}
	}

	/**
	 * Run a server alone, until this process is interrupted or its standard input ends.
	 * @param args {@code --port <port>} and {@code --home <directory>}, both optional
	 * @throws IOException if the standard input cannot be read
	 */
	public static void main(String[] args) throws IOException {
		Builder builder = builder();
		for (int i = 0; i < args.length; i += 2) {
			String value = (i + 1 < args.length) ? args[i + 1] : "";
			switch (args[i]) {
				case "--port" -> builder.port(Integer.parseInt(value));
				case "--home" -> builder.home(Path.of(value));
				default -> throw new IllegalArgumentException("Unknown argument: " + args[i]);
			}
		}
		try (NacosServer server = builder.start()) {
			System.out.println("Nacos server ready on " + server.serverAddr() + " (process " + server.pid() + ")");
			while (System.in.read() != -1) {
				continue;
			}
		}
	}

	/**
	 * Builds a server.
	 */
	public static final class Builder {

		private int port;

		private Path home;

		private final List<String> jvmArguments = new ArrayList<>();

		private Builder() {
		}

		/**
		 * Set the HTTP port, whose derived ports have to be free as well: plus 1000, plus
		 * 1001 and minus 1000. By default free ports are chosen.
		 * @param port the port
		 * @return this builder
		 */
		public Builder port(int port) {
			this.port = port;
			return this;
		}

		/**
		 * Set the home, which is kept on close. By default it is a temporary directory.
		 * @param home the directory, created if needed
		 * @return this builder
		 */
		public Builder home(Path home) {
			this.home = home;
			return this;
		}

		/**
		 * Add an argument of the server's JVM, such as a system property.
		 * @param jvmArgument the argument
		 * @return this builder
		 */
		public Builder jvmArgument(String jvmArgument) {
			this.jvmArguments.add(jvmArgument);
			return this;
		}

		/**
		 * Start the server and wait until it is ready.
		 * @return the running server
		 */
		public NacosServer start() {
			NacosServer server = new NacosServer(this);
			try {
				if (this.port == 0) {
					server.startOnFreePort();
				}
				else {
					server.start(this.port);
				}
				return server;
			}
			catch (RuntimeException ex) {
				server.close();
				throw ex;
			}
		}

	}

}
