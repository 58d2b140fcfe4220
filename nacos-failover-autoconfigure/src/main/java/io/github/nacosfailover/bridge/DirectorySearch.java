package io.github.nacosfailover.bridge;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.nacosfailover.engine.FailoverEngine;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which directory a client has, and so whose it is, once. No method throws what
 * others have thrown: a client that cannot be told goes on as it would without us.
 */
final class DirectorySearch {

	private static final String DIRECTORY = "directory of a Nacos client";

	private final AtomicBoolean begun = new AtomicBoolean();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final Duration timeout;

	private final @Nullable String remembered;

	private final @Nullable FailoverEngine owner;

	private volatile @Nullable ClientDirectory found;

	/**
	 * Creates a search.
	 * @param timeout how long to wait for the properties of the client at most
	 * @param remembered the directory that the client library remembers, which may be
	 * that of another client, {@code null} for none
	 * @param owner the engine that hears of failures, {@code null} if it is not known
	 */
	DirectorySearch(Duration timeout, @Nullable String remembered, @Nullable FailoverEngine owner) {
		this.timeout = timeout;
		this.remembered = remembered;
		this.owner = owner;
	}

	/**
	 * The directory.
	 * @return the directory, {@code null} if it is not known, or cannot be
	 */
	@Nullable ClientDirectory found() {
		return this.found;
	}

	/**
	 * Ends the search with the properties of the client, unless it has ended before. Not
	 * to be called under a lock: what follows takes time and the locks of others.
	 * @param directory reads the properties; if it fails, what is remembered counts
	 * @param then what to do before anybody who waits goes on
	 */
	void end(Supplier<ClientDirectory> directory, Runnable then) {
		endOnce(() -> read(directory), then);
	}

	/**
	 * Ends the search with what the client library remembers, unless it has ended before.
	 * @param then what to do before anybody who waits goes on
	 */
	void endWithRemembered(Runnable then) {
		endOnce(() -> ClientDirectory.of(this.remembered), then);
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
			return ClientDirectory.of(this.remembered);
		}
	}

	/**
	 * Waits for the end, for a time.
	 * @return whether the search has ended
	 * @throws InterruptedException if the client is shut down meanwhile
	 */
	boolean awaitEnd() throws InterruptedException {
		return this.ended.await(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

}
