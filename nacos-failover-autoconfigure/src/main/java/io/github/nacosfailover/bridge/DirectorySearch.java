package io.github.nacosfailover.bridge;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.nacosfailover.engine.FailoverEngine;
import org.jspecify.annotations.Nullable;

/**
 * Determines the directory of a client, once. Failures are recorded, not thrown: the
 * client then works as it does without the bridge.
 */
final class DirectorySearch {

	private static final String DIRECTORY = "directory of a Nacos client";

	private final AtomicBoolean begun = new AtomicBoolean();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final Duration timeout;

	private final @Nullable String cacheDirectory;

	private final @Nullable FailoverEngine owner;

	private volatile @Nullable ClientDirectory found;

	/**
	 * Create a search.
	 * @param timeout maximum time to wait for the properties of the client
	 * @param cacheDirectory the directory in {@code CacheDirUtil}, which may be that of
	 * another client, {@code null} for none
	 */
	DirectorySearch(Duration timeout, @Nullable String cacheDirectory, @Nullable FailoverEngine owner) {
		this.timeout = timeout;
		this.cacheDirectory = cacheDirectory;
		this.owner = owner;
	}

	/** The directory, {@code null} if it is not known. */
	@Nullable ClientDirectory found() {
		return this.found;
	}

	/**
	 * End the search with the directory from the properties of the client, if it has not
	 * ended. Must not be called with a lock held: {@code then} takes time and other
	 * locks.
	 * @param directory reads the properties; if it fails, {@code CacheDirUtil} is used
	 * @param then called before waiting threads continue
	 */
	void end(Supplier<ClientDirectory> directory, Runnable then) {
		endOnce(() -> read(directory), then);
	}

	/** End the search with the directory in {@code CacheDirUtil}, if it has not ended. */
	void endWithDefault(Runnable then) {
		endOnce(() -> ClientDirectory.of(this.cacheDirectory), then);
	}

	private void endOnce(Supplier<ClientDirectory> directory, Runnable then) {
		if (!this.begun.compareAndSet(false, true)) {
			return;
		}
		try {
			this.found = directory.get();
			then.run();
		}
		catch (Throwable ex) {
			BridgeFaults.failed(this.owner, DIRECTORY, ex);
		}
		this.ended.countDown();
	}

	private ClientDirectory read(Supplier<ClientDirectory> directory) {
		try {
			ClientDirectory read = directory.get();
			BridgeFaults.worked(this.owner, DIRECTORY);
			return read;
		}
		catch (Throwable ex) {
			BridgeFaults.failed(this.owner, DIRECTORY, ex);
			return ClientDirectory.of(this.cacheDirectory);
		}
	}

	/**
	 * Wait for the end of the search, up to the timeout.
	 * @return whether the search has ended
	 * @throws InterruptedException if the client is shut down meanwhile
	 */
	boolean awaitEnd() throws InterruptedException {
		return this.ended.await(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

}
