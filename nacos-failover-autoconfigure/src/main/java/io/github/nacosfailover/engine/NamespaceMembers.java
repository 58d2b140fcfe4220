package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Which clients the namespaces of an engine have, and for which servers they are.
 */
final class NamespaceMembers {

	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private static final long POLL_MILLIS = 5;

	private final Map<String, Path> directories = new HashMap<>();

	private final Map<String, Map<NamespaceClient, Set<String>>> servers = new HashMap<>();

	/**
	 * The name under which the namespace of a client is known.
	 * @param origin which registry the client is for
	 * @return the name; with the directory, if that name stands for clients that keep
	 * their files elsewhere
	 */
	synchronized String key(ClientOrigin origin) {
		String name = origin.name();
		Path known = this.directories.get(name);
		return (known == null || known.equals(origin.directory())) ? name
				: "%s (%s)".formatted(name, origin.directory());
	}

	synchronized void add(String key, ClientOrigin origin, @Nullable NamespaceClient client) {
		this.directories.putIfAbsent(key, origin.directory());
		if (client != null && !origin.servers().isEmpty()) {
			this.servers.computeIfAbsent(key, (name) -> new WeakHashMap<>()).put(client, origin.servers());
		}
	}

	/**
	 * The other server that clients of a namespace are for.
	 * @param key name of the namespace
	 * @param origin which registry a client is for
	 * @return its addresses, empty if there is no other one
	 */
	synchronized Set<String> otherServer(String key, ClientOrigin origin) {
		Set<String> known = new HashSet<>();
		this.servers.getOrDefault(key, Map.of()).forEach((client, addresses) -> {
			if (!client.hasEnded()) {
				known.addAll(addresses);
			}
		});
		return origin.isOfOtherServerThan(known) ? known : Set.of();
	}

	/**
	 * Waits a little until clients of another server have ended: whoever moves to another
	 * server shuts the old client down and creates a new one at the same moment.
	 */
	void awaitEndOfOtherServer(ClientOrigin origin) {
		long end = System.nanoTime() + PATIENCE_NANOS;
		while (!otherServer(key(origin), origin).isEmpty() && System.nanoTime() < end) {
			try {
				TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

}
