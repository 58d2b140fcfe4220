package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which registry a naming client is for, as its properties tell. Two clients are of one
 * {@link FailoverNamespace} if they have the same namespace id and the same registry
 * directory.
 *
 * @param namespace id of the namespace
 * @param registryDirectory its {@code namingCacheRegistryDir}, {@code null} if it has
 * none
 * @param directory the client's own failover directory, absolute
 * @param servers addresses of its server, empty if they are not known
 */
public record ClientOrigin(String namespace, @Nullable String registryDirectory, Path directory, Set<String> servers) {

	public ClientOrigin {
		servers = Set.copyOf(servers);
	}

	/**
	 * A client whose registry and servers are not known.
	 * @param namespace id of the namespace
	 * @param directory the client's own failover directory, absolute
	 */
	public ClientOrigin(String namespace, Path directory) {
		this(namespace, null, directory, Set.of());
	}

	/**
	 * The name of the namespace in status, stores, history and metrics. It is the same in
	 * all processes and does not depend on which client came first: the id, followed by
	 * '@' and the registry directory if the client has one.
	 * @return the name
	 */
	public String name() {
		return (this.registryDirectory != null) ? this.namespace + '@' + PortableNames.of(this.registryDirectory)
				: this.namespace;
	}

	/**
	 * The {@link #name()} for files and keys: one name of letters, digits and '_', '-',
	 * '.', '@', '%', of at most 200 characters. Other characters are encoded.
	 * @return the name, another one for each namespace
	 */
	public String portableName() {
		return (this.registryDirectory != null)
				? PortableNames.of(this.namespace) + '@' + PortableNames.of(this.registryDirectory)
				: PortableNames.of(this.namespace);
	}

	/**
	 * Whether clients of these servers are known to be of another registry than this one.
	 * @param others addresses of the servers of other clients
	 * @return {@code false} if they share an address, or if one of them is not known
	 */
	boolean isOfOtherServerThan(Set<String> others) {
		return !this.servers.isEmpty() && !others.isEmpty() && Collections.disjoint(this.servers, others);
	}

}
