package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.github.nacosfailover.source.Listeners;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.thread.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a {@link SharedStore}: it polls the engine, follows what that announces,
 * fetches what is in use, and reports. It survives whatever it calls.
 */
final class EngineFollower {

	private static final Logger logger = LoggerFactory.getLogger(EngineFollower.class);

	private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

	private static final Duration RETRY = Duration.ofSeconds(2);

	private static final long MAX_MILLIS_BEFORE_REPORT = 600;

	private final Documents documents;

	private final SharedView view;

	private final SharedWrites writes;

	private final SharedSettings settings;

	private final Fleet fleet;

	private final WorkSignal signal;

	private final ReentrantLock lock;

	private final Listeners listeners;

	private final EngineHealth health;

	private final LocalCopyWriter copyWriter;

	private final CountDownLatch firstLook = new CountDownLatch(1);

	private final Thread thread;

	/** When the engine is to be looked at again; used by the thread alone. */
	private long nextLook = System.nanoTime();

	EngineFollower(String name, Documents documents, SharedView view, SharedWrites writes, SharedSettings settings,
			Fleet fleet, WorkSignal signal, ReentrantLock lock, Listeners listeners, EngineHealth health,
			LocalCopyWriter copyWriter) {
		this.documents = documents;
		this.view = view;
		this.writes = writes;
		this.settings = settings;
		this.fleet = fleet;
		this.signal = signal;
		this.lock = lock;
		this.listeners = listeners;
		this.health = health;
		this.copyWriter = copyWriter;
		this.thread = DaemonThreads.create("nacos-failover-" + name, this::run);
	}

	void start() {
		this.thread.start();
	}

	/** Waits a little for the first answer of the engine. */
	void awaitFirstLook() {
		try {
			this.firstLook.await(FIRST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (!this.signal.isClosed()) {
			try {
				turn();
				if (!this.signal.isClosed()) {
					rest();
				}
			}
			catch (InterruptedException ex) {
				// Nobody of ours interrupts this thread: an engine has left it so.
				logger.debug("The thread of {} was interrupted and goes on", this.documents.location(), ex);
			}
		}
	}

	/** Survives whatever the engine, the disk or a listener throws. */
	private void turn() throws InterruptedException {
		try {
			if (this.signal.takeLook(nanosUntilLook() <= 0) || !followAnnounced()) {
				poll();
			}
			this.firstLook.countDown();
			if (!this.signal.isClosed()) {
				this.view.loadUsed();
				this.copyWriter.soon();
				report();
			}
			this.health.worked();
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			this.health.failed(ex);
			// No reason to stop looking, but not at once.
			this.signal.rested();
			this.signal.awaitWakeUp(RETRY.toMillis());
		}
	}

	private long nanosUntilLook() {
		return this.nextLook - System.nanoTime();
	}

	private Duration pollInterval() {
		Duration interval = this.settings.pollInterval();
		Duration whenNotified = this.settings.pollIntervalWhenNotified();
		if (whenNotified.compareTo(interval) > 0 && this.documents.isNotifying()) {
			interval = whenNotified;
		}
		return (this.health.isDown() && RETRY.compareTo(interval) < 0) ? RETRY : interval;
	}

	/**
	 * Follows what the engine has announced, so that it need not be asked.
	 * @return {@code false} if that was not all there was since
	 */
	private boolean followAnnounced() {
		SourceState before = this.view.state();
		boolean all = true;
		this.lock.lock();
		try {
			for (Write write : this.signal.takeAnnounced()) {
				all &= this.view.follow(write);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (this.view.state() != before) {
			this.listeners.dispatch();
		}
		return all;
	}

	private void poll() {
		boolean changed = false;
		this.lock.lock();
		try {
			changed = this.writes.look();
			this.health.answered();
		}
		catch (IOException | RuntimeException ex) {
			if (this.signal.isClosed()) {
				return;
			}
			this.health.down(ex);
		}
		finally {
			this.lock.unlock();
		}
		// Spread, so that processes that were started together do not ask together.
		this.nextLook = System.nanoTime()
				+ (long) (pollInterval().toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1));
		this.health.log();
		if (changed) {
			this.listeners.dispatch();
		}
	}

	/**
	 * Reports what this process runs. That it has applied a flip is reported a little
	 * later, each at a time of its own: others are about to apply it.
	 */
	private void report() throws InterruptedException {
		if (this.fleet.hasNews(this.view.index().version(), this.view.state())) {
			long longest = Math.min(MAX_MILLIS_BEFORE_REPORT, this.settings.reportInterval().toMillis() / 10 + 2);
			if (this.signal.awaitWakeUp(ThreadLocalRandom.current().nextLong(longest / 5, longest))) {
				// First things first: there may be another flip.
				return;
			}
		}
		this.fleet.report(this.view.index().version(), this.view.state());
	}

	private void rest() throws InterruptedException {
		long nanos = Math.min(nanosUntilLook(), this.fleet.nanosUntilReport());
		this.signal.awaitWakeUp(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
		this.signal.rested();
	}

	/**
	 * Waits for the end of the thread.
	 * @param patience how long to wait
	 * @return whether it has ended
	 */
	boolean join(Duration patience) {
		try {
			this.thread.join(patience.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

}
