package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.UnusableStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.store.disk.Retention;
import org.jspecify.annotations.Nullable;

/**
 * Opens disk stores where the properties say.
 */
class DiskStoreFactory implements StoreFactory {

	private final NacosFailoverProperties.Disk properties;

	private final Retention retention;

	private final Map<Path, String> namespaces = new HashMap<>();

	DiskStoreFactory(NacosFailoverProperties.Disk properties, Retention retention) {
		this.properties = properties;
		this.retention = retention;
	}

	@Override
	public synchronized FailoverStore open(String namespace, Path clientDirectory) {
		String fault = findFault(clientDirectory);
		if (fault != null) {
			return new UnusableStore("disk", location(clientDirectory), fault);
		}
		Path directory = directory(namespace, clientDirectory);
		String other = this.namespaces.putIfAbsent(directory, namespace);
		if (other != null && !this.properties.isPerNamespace()) {
			return new UnusableStore("disk", directory.toString(),
					"nacos.failover.disk.path is the directory of namespace '%s' already; add '{namespace}' to it"
						.formatted(other));
		}
		return DiskStores.open(directory, this.properties.getMaxFileSize().toBytes(), this.retention);
	}

	@Nullable String findFault(Path clientDirectory) {
		return this.properties.findFault(clientDirectory);
	}

	String location(Path clientDirectory) {
		String path = this.properties.getPath();
		return (path != null) ? path : clientDirectory.toString();
	}

	Path directory(String namespace, Path clientDirectory) {
		return this.properties.directory(namespace, clientDirectory).normalize();
	}

	@Override
	public void close(FailoverStore store) {
		if (store instanceof DiskStore diskStore) {
			DiskStores.close(diskStore);
		}
	}

}
