package io.github.nacosfailover.spring.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.github.nacosfailover.engine.ClientOrigin;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.UnusableStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.LocalFiles;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.shared.SharedSettings;
import io.github.nacosfailover.store.shared.SharedStore;
import org.jspecify.annotations.Nullable;

/**
 * Opens shared stores, with the failover directory as the local hand on top.
 */
public class SharedStoreFactory implements StoreFactory {

	private final String name;

	private final Supplier<DocumentsFactory> documents;

	private final SharedSettings settings;

	private final DiskStoreFactory disk;

	/** The directories of namespaces by the names of their documents. */
	private final Map<String, Path> directories = new ConcurrentHashMap<>();

	/**
	 * Creates a factory.
	 * @param name name of the kind of store
	 * @param documents the engine, asked for with the first namespace: it may need beans
	 * that do not exist yet
	 * @param settings how to use the store
	 * @param disk opens the failover directories
	 */
	public SharedStoreFactory(String name, Supplier<DocumentsFactory> documents, SharedSettings settings,
			DiskStoreFactory disk) {
		this.name = name;
		this.documents = documents;
		this.settings = settings;
		this.disk = disk;
	}

	@Override
	public FailoverStore open(String namespace, Path clientDirectory) {
		return open(new ClientOrigin(namespace, clientDirectory));
	}

	@Override
	public FailoverStore open(ClientOrigin origin) {
		String fault = this.disk.findFault(origin);
		if (fault != null) {
			return new UnusableStore(this.name, this.disk.location(origin), fault);
		}
		Path directory = this.disk.directory(origin);
		String name = origin.portableName();
		Path other = this.directories.putIfAbsent(name, directory);
		if (other != null && !other.equals(directory)) {
			// Other processes could not tell which of the two a document is of.
			return new UnusableStore(this.name, this.name,
					("namespace '%s' is that of clients in %s already, so those "
							+ "in %s get no store; give them a namingCacheRegistryDir of their own")
						.formatted(origin.name(), other, directory));
		}
		String taken = this.disk.take(origin);
		if (taken != null) {
			// The local copies would be one.
			return new UnusableStore(this.name, directory.toString(), taken);
		}
		try {
			return new SharedStore(this.name, this.documents.get().open(name), directory, this.settings);
		}
		catch (RuntimeException | LinkageError ex) {
			return new UnusableStore(this.name, this.name, "cannot be used: " + ex);
		}
	}

	@Override
	public @Nullable LocalOverride openLocal(ClientOrigin origin) {
		FailoverStore store = this.disk.open(origin);
		return (store instanceof DiskStore diskStore) ? new LocalFiles(diskStore) : null;
	}

	@Override
	public void close(FailoverStore store) {
		if (store instanceof SharedStore sharedStore) {
			sharedStore.close();
		}
	}

	@Override
	public void close(LocalOverride local) {
		if (local instanceof LocalFiles files) {
			this.disk.close(files.store());
		}
	}

}
