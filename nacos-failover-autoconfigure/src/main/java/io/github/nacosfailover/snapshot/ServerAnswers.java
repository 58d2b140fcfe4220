package io.github.nacosfailover.snapshot;

import io.github.nacosfailover.engine.ServerStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.InvalidBackupException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import org.jspecify.annotations.Nullable;

/**
 * Queries the server, or the data of clients, about services of a namespace.
 */
final class ServerAnswers {

	private static final int PAGE_SIZE = 500;

	private static final int MAX_PAGES = 10_000;

	private final FailoverNamespace namespace;

	private final RateLimiter limiter;

	ServerAnswers(FailoverNamespace namespace, RateLimiter limiter) {
		this.namespace = namespace;
		this.limiter = limiter;
	}

	/** Whether the server is up or its status is unknown. */
	boolean mayBeUp() {
		return this.namespace.serverStatus() != ServerStatus.DOWN;
	}

	/** Whether the server is known to be up. */
	boolean isUp() {
		return this.namespace.serverStatus() == ServerStatus.UP;
	}

	/**
	 * Return the data that a client has of a service in use: most probably that of the
	 * server, and free of cost.
	 * @return the service, or {@code null} if no client has it
	 */
	@Nullable Backup clientData(ServiceKey key) {
		List<Instance> live = this.namespace.live(key);
		return (live != null) ? Backup.copyOf(key, live) : null;
	}

	/**
	 * Query the server for a service, past all caches.
	 * @return the service, possibly without instances, or {@code null} if no client can
	 * query it
	 * @throws NacosException if the server does not answer
	 * @throws InvalidBackupException if the answer cannot be a backup
	 */
	@Nullable Backup query(ServiceKey key) throws NacosException, InvalidBackupException {
		this.limiter.await();
		List<Instance> instances = this.namespace.ask(key);
		if (instances == null) {
			return null;
		}
		BackupFormat.check(instances);
		return Backup.copyOf(key, instances);
	}

	/**
	 * List the services of the server.
	 * @throws NacosException if the server does not answer
	 */
	Set<ServiceKey> services(Set<String> groups) throws NacosException {
		Set<ServiceKey> services = new LinkedHashSet<>();
		for (String group : groups) {
			boolean more = true;
			for (int page = 1; more && page <= MAX_PAGES; page++) {
				this.limiter.await();
				List<String> names = this.namespace.servicesOfServer(page, PAGE_SIZE, group);
				more = false;
				for (String name : (names != null) ? names : List.<String>of()) {
					more |= services.add(ServiceKey.of(group, name));
				}
			}
		}
		return services;
	}

}
