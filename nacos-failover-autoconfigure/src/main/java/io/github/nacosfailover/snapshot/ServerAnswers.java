package io.github.nacosfailover.snapshot;

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
import org.jspecify.annotations.Nullable;

/**
 * What the server says about services of a namespace.
 */
final class ServerAnswers {

	private static final int PAGE_SIZE = 500;

	private static final int MAX_PAGES = 10_000;

	private final FailoverNamespace namespace;

	private final RateLimiter pace;

	ServerAnswers(FailoverNamespace namespace, RateLimiter pace) {
		this.namespace = namespace;
		this.pace = pace;
	}

	/**
	 * Whether the server is there, for all that is known.
	 */
	boolean mayBeUp() {
		return !"DOWN".equals(this.namespace.serverStatus());
	}

	/**
	 * Whether the server is there.
	 */
	boolean isUp() {
		return "UP".equals(this.namespace.serverStatus());
	}

	/**
	 * What a client of a service in use has in its memory: most probably what the server
	 * says, and free to ask for.
	 * @return the service, or {@code null} if no client knows it
	 */
	@Nullable Backup remembered(ServiceKey key) {
		List<Instance> live = this.namespace.live(key);
		return (live != null) ? Backup.copyOf(key, live) : null;
	}

	/**
	 * Asks the server for a service, past every cache.
	 * @return the service, possibly without instances, or {@code null} if no client can
	 * ask
	 * @throws NacosException if the server does not answer
	 * @throws InvalidBackupException if the answer cannot be a backup
	 */
	@Nullable Backup ask(ServiceKey key) throws NacosException, InvalidBackupException {
		this.pace.await();
		List<Instance> instances = this.namespace.ask(key);
		if (instances == null) {
			return null;
		}
		BackupFormat.check(instances);
		return Backup.copyOf(key, instances);
	}

	/**
	 * Asks the server which services it has.
	 * @param groups the groups to ask for
	 * @return the services
	 * @throws NacosException if the server does not answer
	 */
	Set<ServiceKey> services(Set<String> groups) throws NacosException {
		Set<ServiceKey> services = new LinkedHashSet<>();
		for (String group : groups) {
			boolean more = true;
			for (int page = 1; more && page <= MAX_PAGES; page++) {
				this.pace.await();
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
