package io.github.nacosfailover.probe;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round of probes, by one thread with a bounded number of sockets, for a bounded
 * time. Concurrent callers share it and may add addresses.
 */
final class ProbeRound implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(ProbeRound.class);

	private static final int SOCKETS = 64;

	private static final int MAX_ADDRESSES = 10_000;

	private static final long CONNECT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long TICK_MILLIS = 20;

	private final long end;

	private final Queue<InetSocketAddress> waiting = new ArrayDeque<>();

	private final Set<InetSocketAddress> asked = new HashSet<>();

	private final Map<InetSocketAddress, ProbeResult> found = new ConcurrentHashMap<>();

	private final CountDownLatch done = new CountDownLatch(1);

	/** Those that are being connected to; used by the thread of the round alone. */
	private final Map<SocketChannel, Attempt> attempts = new HashMap<>();

	private boolean closed;

	ProbeRound(Duration timeout) {
		this.end = System.nanoTime() + timeout.toNanos();
	}

	/**
	 * Adds addresses. Those that there are already are not probed again.
	 * @param addresses the addresses
	 * @return {@code false} if the round is over, and another one is to be begun
	 */
	synchronized boolean add(Collection<InetSocketAddress> addresses) {
		if (this.closed) {
			return false;
		}
		for (InetSocketAddress address : addresses) {
			if (this.asked.size() < MAX_ADDRESSES && this.asked.add(address)) {
				this.waiting.add(address);
			}
		}
		return true;
	}

	private synchronized @Nullable InetSocketAddress next() {
		return this.waiting.poll();
	}

	private synchronized boolean closeIfOver() {
		this.closed = System.nanoTime() - this.end >= 0 || (this.attempts.isEmpty() && this.waiting.isEmpty());
		return this.closed;
	}

	private synchronized void close() {
		this.closed = true;
		this.done.countDown();
	}

	/**
	 * Waits until the round is over, not longer than it may take.
	 * @return the results by address; those that are not known are missing
	 */
	Map<InetSocketAddress, ProbeResult> await() {
		try {
			this.done.await(Math.max(0, this.end - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return Map.copyOf(this.found);
	}

	@Override
	public void run() {
		try (Selector selector = Selector.open()) {
			while (!closeIfOver()) {
				connect(selector);
				selector.select(this::finish, TICK_MILLIS);
				giveUpLate();
			}
		}
		catch (Throwable ex) {
			// What is not known by now is not probed.
			logger.warn("Failover: the instances of the backups cannot all be probed", ex);
		}
		finally {
			close();
			this.attempts.keySet().forEach(ProbeRound::close);
		}
	}

	private void connect(Selector selector) throws IOException {
		while (this.attempts.size() < SOCKETS) {
			InetSocketAddress address = next();
			if (address == null) {
				return;
			}
			SocketChannel channel = SocketChannel.open();
			this.attempts.put(channel, new Attempt(address, System.nanoTime() + CONNECT_TIMEOUT_NANOS));
			channel.configureBlocking(false);
			try {
				if (channel.connect(address)) {
					end(channel, ProbeResult.ANSWERS);
				}
				else {
					channel.register(selector, SelectionKey.OP_CONNECT);
				}
			}
			catch (UnsupportedAddressTypeException | BindException ex) {
				// IPv6, where this JVM has none, or no local port is left.
				end(channel, null);
			}
			catch (IOException ex) {
				end(channel, resultOf(ex));
			}
		}
	}

	private void finish(SelectionKey key) {
		SocketChannel channel = (SocketChannel) key.channel();
		try {
			if (channel.finishConnect()) {
				end(channel, ProbeResult.ANSWERS);
			}
		}
		catch (IOException ex) {
			end(channel, resultOf(ex));
		}
	}

	/** A network that cannot deliver says nothing about the process at its other end. */
	private static ProbeResult resultOf(IOException failure) {
		String message = failure.getMessage();
		boolean refused = failure instanceof ConnectException && message != null && message.contains("refused");
		return refused ? ProbeResult.REFUSED : ProbeResult.SILENT;
	}

	private void giveUpLate() {
		long now = System.nanoTime();
		Iterator<Map.Entry<SocketChannel, Attempt>> attempts = this.attempts.entrySet().iterator();
		while (attempts.hasNext()) {
			Map.Entry<SocketChannel, Attempt> attempt = attempts.next();
			if (now - attempt.getValue().end() >= 0) {
				attempts.remove();
				this.found.put(attempt.getValue().address(), ProbeResult.SILENT);
				close(attempt.getKey());
			}
		}
	}

	private void end(SocketChannel channel, @Nullable ProbeResult result) {
		Attempt attempt = this.attempts.remove(channel);
		if (attempt != null && result != null) {
			this.found.put(attempt.address(), result);
		}
		close(channel);
	}

	private static void close(SocketChannel channel) {
		try {
			channel.close();
		}
		catch (IOException ex) {
			logger.debug("A socket did not close", ex);
		}
	}

	/**
	 * A connection that is being made.
	 *
	 * @param address where to
	 * @param end when to give up, on the clock that only runs forward
	 */
	private record Attempt(InetSocketAddress address, long end) {

	}

}
