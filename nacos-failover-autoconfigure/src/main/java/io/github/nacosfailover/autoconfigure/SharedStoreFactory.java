package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;
import java.util.function.Supplier;

import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.UnusableStore;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.LocalFiles;
import io.github.nacosfailover.store.shared.SharedDocumentsFactory;
import io.github.nacosfailover.store.shared.SharedSettings;
import io.github.nacosfailover.store.shared.SharedStore;
import org.jspecify.annotations.Nullable;

/**
 * Opens shared stores, with the failover directory as the local hand on top.
 */
class SharedStoreFactory implements StoreFactory {

	private final String name;

	private final Supplier<SharedDocumentsFactory> documents;

	private final SharedSettings settings;

	private final DiskStoreFactory disk;

	/**
	 * Creates a factory.
	 * @param name name of the kind of store
	 * @param documents the engine, asked for with the first namespace: it may need beans
	 * that do not exist yet
	 * @param settings how to use the store
	 * @param disk opens the failover directories
	 */
	SharedStoreFactory(String name, Supplier<SharedDocumentsFactory> documents, SharedSettings settings,
			DiskStoreFactory disk) {
		this.name = name;
		this.documents = documents;
		this.settings = settings;
		this.disk = disk;
	}

	@Override
	public FailoverStore open(String namespace, Path clientDirectory) {
		String fault = this.disk.findFault(clientDirectory);
		if (fault != null) {
			return new UnusableStore(this.name, this.disk.location(clientDirectory), fault);
		}
		Path directory = this.disk.directory(namespace, clientDirectory);
		try {
			return new SharedStore(this.name, this.documents.get().open(namespace), directory, this.settings);
		}
		catch (RuntimeException | LinkageError ex) {
			return new UnusableStore(this.name, this.name, "cannot be used: " + ex);
		}
	}

	@Override
	public @Nullable LocalOverride openLocal(String namespace, Path clientDirectory) {
		FailoverStore store = this.disk.open(namespace, clientDirectory);
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
