package io.github.nacosfailover.testsupport;

import java.nio.file.Path;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.disk.DiskStore;
import io.github.nacosfailover.store.disk.DiskStores;
import io.github.nacosfailover.store.disk.LocalFiles;
import io.github.nacosfailover.store.shared.SharedSettings;
import io.github.nacosfailover.store.shared.SharedStore;

/**
 * Opens the stores of one process, of which a test can have several.
 */
public final class ProcessStores implements FailoverEngine.StoreFactory {

	private static final long MAX_FILE_SIZE = 1_000_000;

	private final InMemoryDocuments documents;

	private final SharedSettings settings;

	private final boolean localFiles;

	private ProcessStores(InMemoryDocuments documents, SharedSettings settings, boolean localFiles) {
		this.documents = documents;
		this.settings = settings;
		this.localFiles = localFiles;
	}

	/**
	 * Stores of a process that shares none.
	 * @return what opens them
	 */
	public static ProcessStores onDisk() {
		return new ProcessStores(null, null, false);
	}

	/**
	 * Stores that are shared with other processes.
	 * @param documents what all of them share
	 * @param settings how this process uses it
	 * @return what opens them
	 */
	public static ProcessStores shared(InMemoryDocuments documents, SharedSettings settings) {
		return new ProcessStores(documents, settings, false);
	}

	/**
	 * Stores that are shared with other processes, with the files of this process on top.
	 * @param documents what all of them share
	 * @param settings how this process uses it
	 * @return what opens them
	 */
	public static ProcessStores sharedBelowFiles(InMemoryDocuments documents, SharedSettings settings) {
		return new ProcessStores(documents, settings, true);
	}

	@Override
	public FailoverStore open(String namespace, Path directory) {
		return (this.documents != null)
				? new SharedStore("test", this.documents.open(namespace), directory, this.settings)
				: DiskStores.open(directory, MAX_FILE_SIZE);
	}

	@Override
	public LocalOverride openLocal(String namespace, Path directory) {
		return this.localFiles ? new LocalFiles(DiskStores.open(directory, MAX_FILE_SIZE)) : null;
	}

	@Override
	public void close(FailoverStore store) {
		if (store instanceof SharedStore sharedStore) {
			sharedStore.close();
		}
		else {
			DiskStores.close((DiskStore) store);
		}
	}

	@Override
	public void close(LocalOverride local) {
		DiskStores.close(((LocalFiles) local).store());
	}

}
