package io.github.nacosfailover.store.shared;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.thread.DaemonThreads;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that holds a connection to an engine, to hear of writes, and makes another one
 * when it is lost.
 */
public final class HeldConnection implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(HeldConnection.class);

	private static final long FIRST_PAUSE_MILLIS = 500;

	private static final long LONGEST_PAUSE_MILLIS = 10_000;

	private static final String CONNECTION = "connection";

	private static final long CLOSE_MILLIS = 2000;

	private final List<Consumer<@Nullable Write>> listeners = new CopyOnWriteArrayList<>();

	private final CountDownLatch closing = new CountDownLatch(1);

	private final String threadName;

	private final Attempt attempt;

	private final Faults faults;

	private volatile long pause = FIRST_PAUSE_MILLIS;

	private @Nullable Thread thread;

	/**
	 * Creates it; nothing is connected to before there is a listener.
	 * @param threadName name of the thread
	 * @param attempt connects, and returns or fails when the connection is lost
	 */
	public HeldConnection(String threadName, Attempt attempt) {
		this.threadName = threadName;
		this.attempt = attempt;
		this.faults = new Faults(logger, threadName);
	}

	/**
	 * Adds a listener, and connects if it is the first.
	 * @param listener notified of writes until this is closed
	 */
	public synchronized void add(Consumer<@Nullable Write> listener) {
		this.listeners.add(listener);
		if (this.thread == null && !isClosed()) {
			Thread started = DaemonThreads.create(this.threadName, this::run);
			started.start();
			this.thread = started;
		}
	}

	private void run() {
		while (!isClosed()) {
			try {
				this.attempt.hold();
			}
			catch (InterruptedException ex) {
				// Closed, or the attempt is broken off.
			}
			catch (Exception ex) {
				logger.debug("The connection on which {} listens is lost, polling goes on", this.threadName, ex);
			}
			catch (Throwable ex) {
				// Of the JVM or a driver; it may not come again.
				this.faults.failed(CONNECTION, ex);
			}
			rest();
		}
	}

	/**
	 * To be called by the attempt once it is connected. The next one, if this is lost,
	 * comes soon.
	 */
	public void connected() {
		this.pause = FIRST_PAUSE_MILLIS;
		this.faults.worked(CONNECTION);
	}

	/**
	 * Tells the listeners of a write. What one of them throws keeps it from no other, and
	 * does not end the connection.
	 * @param write the write, {@code null} if it is not known what was written
	 */
	public void announce(@Nullable Write write) {
		for (Consumer<@Nullable Write> listener : this.listeners) {
			if (!isClosed()) {
				this.faults.run(Faults.activity("listener", listener), () -> listener.accept(write));
			}
		}
	}

	/**
	 * What has failed but for lost connections, which are to be expected.
	 * @return texts for an operator, empty if all is well
	 */
	public List<String> problems() {
		return this.faults.current()
			.entrySet()
			.stream()
			.map((fault) -> "the notices of writes are not followed (%s), which is tried again, and polling goes on; the log "
				.formatted(fault.getKey()) + "tells more: " + fault.getValue())
			.toList();
	}

	/** Instances that lost the same server come back one by one. */
	private void rest() {
		// An attempt that was interrupted may not have taken note of it.
		Thread.interrupted();
		try {
			this.closing.await(ThreadLocalRandom.current().nextLong(this.pause / 2, this.pause + 1),
					TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			// Then the next attempt comes sooner.
		}
		this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MILLIS);
	}

	/** Breaks off the attempt that is under way. */
	public synchronized void interrupt() {
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	/**
	 * Whether this is closed.
	 * @return {@code true} from the moment on at which closing begins
	 */
	public boolean isClosed() {
		return this.closing.getCount() == 0;
	}

	/** Ends the thread. */
	@Override
	public void close() {
		close(this::interrupt);
	}

	/**
	 * Ends the thread.
	 * @param breakOff ends the attempt that is under way, which {@link #interrupt} does
	 * unless the driver takes it badly
	 */
	public void close(Runnable breakOff) {
		Thread holding;
		synchronized (this) {
			this.closing.countDown();
			holding = this.thread;
		}
		if (holding == null || holding == Thread.currentThread()) {
			return;
		}
		breakOff.run();
		try {
			holding.join(CLOSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Connects, listens, and ends when the connection is lost. */
	@FunctionalInterface
	public interface Attempt {

		/**
		 * Makes an attempt.
		 * @throws Exception if it fails, or when it is interrupted
		 */
		void hold() throws Exception;

	}

}
