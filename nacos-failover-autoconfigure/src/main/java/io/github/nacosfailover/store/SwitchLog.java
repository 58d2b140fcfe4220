package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.List;

import io.github.nacosfailover.event.SwitchChangedEvent;

/**
 * The history of the switch, persisted by a store. Safe for use by any thread, and by
 * several processes at once.
 */
public interface SwitchLog {

	/** As many changes that were made are kept. */
	int SIZE = 100;

	/** As many changes that were refused are kept. */
	int REFUSED = 20;

	/**
	 * Adds a change. What belongs together is one entry when it is read: see
	 * {@link LoggedChanges}.
	 * @param change the change
	 * @throws IOException if it cannot be written, or there is no place for it: keeping
	 * account must not create the directory that it is about
	 */
	void add(LoggedChange change) throws IOException;

	/**
	 * The last changes, bounded as {@link LoggedChanges} does.
	 * @return the changes, newest first; a damaged one is left out
	 * @throws IOException if they cannot be read
	 */
	List<SwitchChangedEvent> read() throws IOException;

}
