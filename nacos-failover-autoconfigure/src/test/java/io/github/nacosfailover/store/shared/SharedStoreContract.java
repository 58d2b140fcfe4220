package io.github.nacosfailover.store.shared;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FailoverStoreContract;
import io.github.nacosfailover.store.document.Documents;

/**
 * The contract of stores on shared documents, of an engine of ours or your own: extend
 * this class and say how to open those.
 */
public abstract class SharedStoreContract extends FailoverStoreContract {

	private final AtomicInteger instances = new AtomicInteger();

	/**
	 * Opens the documents of a namespace, as another process would each time.
	 * @param namespace id of the namespace
	 * @return the documents, which the store closes
	 */
	protected abstract Documents documents(String namespace);

	@Override
	protected FailoverStore open(String namespace, Path directory) {
		SharedSettings settings = new SharedSettings(Duration.ofMillis(200), Duration.ofSeconds(10),
				"process-" + this.instances.incrementAndGet(), SNAPSHOTS, 1_000_000);
		return new SharedStore("test", documents(namespace), directory, settings);
	}

	@Override
	protected void close(FailoverStore store) {
		((SharedStore) store).close();
	}

}
