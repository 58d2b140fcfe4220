package io.github.nacosfailover.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.slf4j.Logger;

/**
 * Those who want to know that the state of a source has changed. Safe for use by several
 * threads.
 */
public final class Listeners {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final Logger logger;

	private final String source;

	/**
	 * Creates an empty list.
	 * @param logger where failures of listeners are logged
	 * @param source what they listen to, for the log
	 */
	public Listeners(Logger logger, String source) {
		this.logger = logger;
		this.source = source;
	}

	/**
	 * Adds one.
	 * @param listener called by {@link #tell()}
	 */
	public void add(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Removes one.
	 * @param listener the listener; nothing happens if it is not there
	 */
	public void remove(Runnable listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Calls all of them on this thread, in the order in which they were added. One that
	 * fails does not keep the others from knowing.
	 */
	public void tell() {
		for (Runnable listener : this.listeners) {
			try {
				listener.run();
			}
			catch (RuntimeException | LinkageError ex) {
				this.logger.warn("Failover: a listener of {} failed", this.source, ex);
			}
		}
	}

}
