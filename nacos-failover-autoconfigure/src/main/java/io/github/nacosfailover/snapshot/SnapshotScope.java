package io.github.nacosfailover.snapshot;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

import com.alibaba.nacos.api.exception.NacosException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.snapshot.SnapshotSettings.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of a namespace that snapshots are taken of: those in use, or all of the
 * server. Used by one thread at a time.
 */
final class SnapshotScope {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotScope.class);

	private final FailoverNamespace namespace;

	private final SnapshotSettings settings;

	/** Services of the server, whether in use or not. */
	private final Set<ServiceKey> listed = new TreeSet<>();

	SnapshotScope(FailoverNamespace namespace, SnapshotSettings settings) {
		this.namespace = namespace;
		this.settings = settings;
	}

	/**
	 * Whether a service is in use. Queries of undecorated clients are not counted; what
	 * the server pushes to them shows their services.
	 */
	boolean isInUse(ServiceKey key) {
		if (!isAskedForOrListed(key)) {
			if (!this.namespace.isKnownToUncountedClients(key)) {
				return false;
			}
			this.namespace.known(key.group(), key.service());
		}
		return true;
	}

	/** Whether a service is in scope, as far as is known already. */
	boolean isAskedForOrListed(ServiceKey key) {
		return this.namespace.usageIfAny(key) != null || this.listed.contains(key);
	}

	/** All services in scope. */
	Set<ServiceKey> services(ServerAnswers server) {
		Set<ServiceKey> services = new LinkedHashSet<>(this.namespace.asked());
		if (this.settings.scope() == Scope.NAMESPACE) {
			if (server.mayBeUp()) {
				list(server, services);
			}
			services.addAll(this.listed);
		}
		return services;
	}

	private void list(ServerAnswers server, Set<ServiceKey> used) {
		Set<String> groups = new TreeSet<>(this.settings.groups());
		groups.add(ServiceKey.DEFAULT_GROUP);
		used.forEach((key) -> groups.add(key.group()));
		try {
			this.listed.addAll(server.services(groups));
		}
		catch (NacosException | RuntimeException ex) {
			logger.debug("The services of namespace '{}' cannot be listed", this.namespace.name(), ex);
		}
	}

}
