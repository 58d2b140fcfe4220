package io.github.nacosfailover.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which instances accept a TCP connection: a bounded number at once, for a
 * bounded time, one such search at a time. Names are not looked up: a resolver that is
 * down as well would hold up everything.
 */
final class AddressProbe {

	private static final int CONCURRENCY = 16;

	private static final int CONNECT_TIMEOUT_MILLIS = 1000;

	private static final Pattern IPV4 = Pattern
		.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

	private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

	private final Duration timeout;

	private final ReentrantLock oneAtATime = new ReentrantLock();

	AddressProbe(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Probes instances.
	 * @param instances the instances
	 * @return whether they accept a connection, by address; those that were not probed
	 * are missing
	 */
	Map<String, Boolean> probe(Collection<Instance> instances) {
		Map<String, InetSocketAddress> addresses = new HashMap<>();
		for (Instance instance : instances) {
			InetSocketAddress address = addressOf(instance);
			if (address != null) {
				addresses.put(instance.toInetAddr(), address);
			}
		}
		this.oneAtATime.lock();
		try {
			return probe(addresses);
		}
		finally {
			this.oneAtATime.unlock();
		}
	}

	private static @Nullable InetSocketAddress addressOf(Instance instance) {
		String ip = instance.getIp();
		if (ip == null || !(IPV4.matcher(ip).matches() || IPV6.matcher(ip).matches()) || instance.getPort() < 1
				|| instance.getPort() > 65535) {
			return null;
		}
		try {
			return new InetSocketAddress(InetAddress.getByName(ip), instance.getPort());
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	private Map<String, Boolean> probe(Map<String, InetSocketAddress> addresses) {
		Map<String, Boolean> found = new ConcurrentHashMap<>();
		if (addresses.isEmpty()) {
			return found;
		}
		ExecutorService executor = Executors.newFixedThreadPool(Math.min(CONCURRENCY, addresses.size()), (task) -> {
			Thread thread = new Thread(task, "nacos-failover-probe");
			thread.setDaemon(true);
			return thread;
		});
		try {
			addresses.forEach((name, address) -> executor.execute(() -> found.put(name, accepts(address))));
			executor.shutdown();
			executor.awaitTermination(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			executor.shutdownNow();
		}
		return Map.copyOf(found);
	}

	private static boolean accepts(InetSocketAddress address) {
		try (Socket socket = new Socket()) {
			socket.connect(address, CONNECT_TIMEOUT_MILLIS);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
