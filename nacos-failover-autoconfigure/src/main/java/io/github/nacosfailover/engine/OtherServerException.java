package io.github.nacosfailover.engine;

import java.util.Set;
import java.util.TreeSet;

/**
 * A naming client gets no failover, since nothing tells it apart from the clients of
 * another server: its backups would be mixed with theirs.
 */
public final class OtherServerException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	OtherServerException(String name, ClientOrigin origin, Set<String> others) {
		super(("a Nacos client of server %s has the same namespace id '%s' and directory as clients of server %s, so it "
				+ "gets no failover and its queries stay live; give it a namingCacheRegistryDir of its own, or the same "
				+ "server address if it is the same server")
			.formatted(new TreeSet<>(origin.servers()), name, new TreeSet<>(others)));
	}

}
