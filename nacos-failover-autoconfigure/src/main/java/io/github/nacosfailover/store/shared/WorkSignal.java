package io.github.nacosfailover.store.shared;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.nacosfailover.store.document.Documents.Write;
import org.jspecify.annotations.Nullable;

/**
 * What the thread of a store waits for, and what it has to do once it is woken.
 */
final class WorkSignal {

	private static final int MAX_ANNOUNCED = 16;

	/** Writes that the engine has announced since they were last taken. */
	private final List<Write> announced = new ArrayList<>();

	private boolean lookWanted = true;

	private boolean woken;

	private boolean closed;

	synchronized void wakeUp() {
		this.woken = true;
		notifyAll();
	}

	/**
	 * Records a write that the engine tells of.
	 * @param write the write, {@code null} if the engine is to be looked at
	 */
	synchronized void announced(@Nullable Write write) {
		if (write != null && this.announced.size() < MAX_ANNOUNCED) {
			this.announced.add(write);
			wakeUp();
		}
		else {
			lookSoon();
		}
	}

	synchronized void lookSoon() {
		this.lookWanted = true;
		wakeUp();
	}

	/**
	 * Whether the engine is to be looked at. What was announced is part of what is found
	 * then.
	 * @param overdue whether it is to be looked at in any case
	 */
	synchronized boolean takeLook(boolean overdue) {
		boolean wanted = overdue || this.lookWanted;
		this.lookWanted = false;
		if (wanted) {
			this.announced.clear();
		}
		return wanted;
	}

	synchronized List<Write> takeAnnounced() {
		List<Write> taken = List.copyOf(this.announced);
		this.announced.clear();
		return taken;
	}

	/**
	 * Waits.
	 * @param millis how long
	 * @return whether there is something to do before that
	 */
	synchronized boolean awaitWakeUp(long millis) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.max(1, millis));
		long left = end - System.nanoTime();
		while (!this.woken && !this.closed && left > 0) {
			TimeUnit.NANOSECONDS.timedWait(this, left);
			left = end - System.nanoTime();
		}
		return this.woken || this.closed;
	}

	/**
	 * Ends a rest, be it that somebody has ended it or that its time is over.
	 */
	synchronized void rested() {
		this.woken = false;
	}

	synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

}
