package io.github.nacosfailover.nacosserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of a server on port {@code P}: HTTP on {@code P}, gRPC on {@code P + 1000}
 * (clients) and {@code P + 1001} (servers), Raft on {@code P - 1000}.
 */
final class ServerPorts {

	private static final int[] OFFSETS = { 0, 1000, 1001, -1000 };

	/** Below the range from which Linux takes the local ports of outgoing connections. */
	private static final int LOWEST = 12000;

	private static final int HIGHEST = 30000;

	private static final int ATTEMPTS = 1000;

	private ServerPorts() {
	}

	/**
	 * Choose a port at random of which all the derived ports are free as well.
	 * @return the HTTP port
	 */
	static int choose() {
		for (int i = 0; i < ATTEMPTS; i++) {
			int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
			if (areFree(port)) {
				return port;
			}
		}
		throw new IllegalStateException("No free ports for a Nacos server");
	}

	static boolean areFree(int port) {
		for (int offset : OFFSETS) {
			if (!isFree(port + offset)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
