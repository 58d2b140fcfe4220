package io.github.nacosfailover.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.nacosfailover.thread.Faults;
import org.slf4j.Logger;

/**
 * Listeners to changes of the state of a source. Safe for use by several threads.
 */
public final class Listeners {

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final Faults faults;

	/**
	 * Creates an empty list.
	 * @param logger where failures of listeners are logged
	 * @param source what they listen to, for the log
	 */
	public Listeners(Logger logger, String source) {
		this.faults = new Faults(logger, source);
	}

	/**
	 * Adds one.
	 * @param listener called by {@link #dispatch()}
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
	 * fails, with an error too, does not keep the others from knowing.
	 */
	public void dispatch() {
		for (Runnable listener : this.listeners) {
			this.faults.run(Faults.activity("listener", listener), listener::run);
		}
	}

	/**
	 * What listeners have failed.
	 * @return the problems, none if all is right
	 */
	public List<Problem> problems() {
		return Problem.listOf(this.faults);
	}

}
