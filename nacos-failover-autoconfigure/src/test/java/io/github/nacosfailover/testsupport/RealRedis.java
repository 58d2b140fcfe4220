package io.github.nacosfailover.testsupport;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.nacosfailover.nacosserver.ProcessPause;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

import org.springframework.util.FileSystemUtils;

/**
 * A real Redis on loopback that can be killed and paused.
 */
public final class RealRedis implements AutoCloseable {

	/** How far from its port a node of a cluster listens to the others. */
	private static final int BUS = 10_000;

	private static final int MAX_PORT = 65_535;

	/** What is answered for a key that is not there. */
	private static final String NOTHING = "$-1";

	private static File executable;

	private final int port;

	private final Thread reaper = new Thread(this::kill);

	private final boolean durable;

	private final List<String> settings;

	/** A server reads what another has left in its directory. */
	private final File directory = newDirectory();

	private Process process;

	private RealRedis(int port, boolean durable, String... settings) {
		this.port = port;
		this.durable = durable;
		this.settings = List.of(settings);
		restart();
		Runtime.getRuntime().addShutdownHook(this.reaper);
	}

	/**
	 * Starts a server that has nothing any more after it was killed.
	 * @return the server
	 */
	public static RealRedis start() {
		return new RealRedis(freePort(), false);
	}

	/**
	 * Starts a server with settings of its own.
	 * @param settings arguments of the program, such as {@code --requirepass}, a password
	 * @return the server
	 */
	public static RealRedis startWith(String... settings) {
		return new RealRedis(freePort(), false, settings);
	}

	/**
	 * Starts a server that has everything again after it was killed.
	 * @return the server
	 */
	public static RealRedis startDurable() {
		return new RealRedis(freePort(), true);
	}

	/**
	 * Starts a node of a cluster, which knows no other yet, and has everything again
	 * after it was killed.
	 * @param settings arguments of the program
	 * @return the node
	 */
	static RealRedis startNode(String... settings) {
		int port = freePort();
		while (port + BUS > MAX_PORT) {
			port = freePort();
		}
		return new RealRedis(port, true, settings);
	}

	/**
	 * The program, which is unpacked once per run, or that of the system property
	 * {@code redis.executable}: another version, or Valkey.
	 * @return an executable file
	 */
	public static synchronized File executable() throws IOException {
		String other = System.getProperty("redis.executable");
		if (other != null) {
			return new File(other);
		}
		if (executable == null) {
			File directory = Binaries.directory("redis");
			Files.createDirectories(directory.toPath());
			executable = ExecutableProvider.newJarResourceProvider(directory).get();
		}
		return executable;
	}

	public int port() {
		return this.port;
	}

	/** Starts the server anew on its port. */
	public void restart() {
		try {
			List<String> command = new ArrayList<>(List.of(executable().getAbsolutePath(), "--bind", "127.0.0.1",
					"--port", Integer.toString(this.port), "--save", "", "--appendonly", this.durable ? "yes" : "no",
					"--appendfsync", "always"));
			command.addAll(this.settings);
			this.process = new ProcessBuilder(command).directory(this.directory)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		// One that wants a password answers, too.
		Awaitility.await().ignoreExceptions().until(() -> send("PING").matches("\\+PONG|-NOAUTH.*"));
	}

	/**
	 * A directory for the data of one server.
	 * @return the directory, which is empty
	 */
	public static File newDirectory() {
		try {
			return Files.createTempDirectory(executable().getParentFile().toPath(), "data-").toFile();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Deletes the data of a server that was killed. */
	public void wipe() {
		for (File file : Objects.requireNonNull(this.directory.listFiles())) {
			file.delete();
		}
	}

	/**
	 * Sends a command.
	 * @param command the command
	 * @return the answer, or its first line if it is a list
	 */
	public String send(String command) {
		return send(this.port, command);
	}

	/**
	 * Sends commands to whatever server it is.
	 * @param port where it listens
	 * @param commands the commands, of which all but the last answer one line
	 * @return the last answer, or its first line if it is a list
	 */
	static String send(int port, String... commands) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.getOutputStream().write((String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.UTF_8));
			BufferedReader answers = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			String line = "";
			for (int i = 0; i < commands.length; i++) {
				line = answers.readLine();
				if (line == null) {
					throw new EOFException();
				}
			}
			return (line.startsWith("$") && !NOTHING.equals(line)) ? text(answers, Integer.parseInt(line.substring(1)))
					: line;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String text(Reader answers, int length) throws IOException {
		char[] text = new char[length];
		int read = 0;
		while (read < length) {
			int more = answers.read(text, read, length - read);
			if (more == -1) {
				throw new EOFException();
			}
			read += more;
		}
		return new String(text);
	}

	/** Ends the server at once; what it had is gone, unless it is durable. */
	public void kill() {
		this.process.destroyForcibly().onExit().join();
		if (!this.durable) {
			wipe();
		}
	}

	/**
	 * Stops the process; its connections stay open without an answer.
	 * @return the pause, to be ended
	 */
	public ProcessPause pause() {
		return ProcessPause.begin(this.process.pid());
	}

	@Override
	public void close() {
		kill();
		FileSystemUtils.deleteRecursively(this.directory);
		Runtime.getRuntime().removeShutdownHook(this.reaper);
	}

	/**
	 * A port that nobody listens to.
	 * @return the port
	 */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
