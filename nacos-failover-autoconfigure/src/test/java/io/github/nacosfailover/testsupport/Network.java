package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between a client and a server on loopback, which can be cut. What is under
 * way while it is silent arrives when it is mended, as it does in a real one.
 */
public final class Network implements AutoCloseable {

	private final int target;

	private final ServerSocket server;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private State state = State.UP;

	private Network(int target) {
		this.target = target;
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::acceptAll);
	}

	/**
	 * Opens a way to a server.
	 * @param port the server's port
	 * @return the network, which is up
	 */
	public static Network to(int port) {
		return new Network(port);
	}

	/**
	 * The port to connect to instead of the server's.
	 * @return the port
	 */
	public int port() {
		return this.server.getLocalPort();
	}

	/** Lets nothing through, without a word. */
	public void silence() {
		set(State.SILENT);
	}

	/** Ends all connections, and refuses new ones. */
	public void cut() {
		set(State.CUT);
		this.sockets.forEach(Network::close);
	}

	/** Lets everything through again. */
	public void mend() {
		set(State.UP);
	}

	private synchronized void set(State state) {
		this.state = state;
		notifyAll();
	}

	private synchronized boolean awaitUp() throws InterruptedException {
		while (this.state == State.SILENT) {
			wait();
		}
		return this.state == State.UP;
	}

	private void acceptAll() throws IOException, InterruptedException {
		while (true) {
			Socket client = this.server.accept();
			this.sockets.add(client);
			start("connect", () -> connect(client));
		}
	}

	private void connect(Socket client) throws IOException, InterruptedException {
		if (!awaitUp()) {
			close(client);
			return;
		}
		Socket socket = new Socket();
		this.sockets.add(socket);
		try {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.target));
		}
		catch (IOException ex) {
			close(client);
			return;
		}
		start("to", () -> pump(client, socket));
		pump(socket, client);
	}

	private void pump(Socket from, Socket to) throws InterruptedException {
		try (from; to) {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			byte[] buffer = new byte[8192];
			for (int read = input.read(buffer); read != -1; read = input.read(buffer)) {
				if (!awaitUp()) {
					return;
				}
				output.write(buffer, 0, read);
			}
		}
		catch (IOException ex) {
			// One side has gone, so the other goes too.
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private static void start(String name, Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException | InterruptedException ex) {
				// The end of this network, or of a connection.
			}
		}, "test-network-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is of no use any more.
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
		cut();
	}

	/** What becomes of bytes. */
	private enum State {

		UP, SILENT, CUT

	}

	/** Something that may fail. */
	private interface Work {

		void run() throws IOException, InterruptedException;

	}

}
