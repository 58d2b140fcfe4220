package io.github.nacosfailover.store.disk;

import java.nio.file.Path;

import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FailoverStoreContract;

/**
 * The contract on disk, with a store for each process that uses the directory.
 */
class DiskStoreContractTests extends FailoverStoreContract {

	@Override
	protected FailoverStore open(String namespace, Path directory) {
		DiskStore store = new DiskStore(directory.resolveSibling("shared-" + namespace), 1_000_000,
				new Retention(SNAPSHOTS, 1_000_000));
		DirectoryWatch.add(store);
		return store;
	}

	@Override
	protected void close(FailoverStore store) {
		DirectoryWatch.remove((DiskStore) store);
		((DiskStore) store).close();
	}

}
