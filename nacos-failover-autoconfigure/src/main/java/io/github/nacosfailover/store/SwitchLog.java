package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.List;

import io.github.nacosfailover.SwitchChanged;

/**
 * Where a store keeps who has switched, and why, over restarts. Safe for use by any
 * thread, and by several processes at once.
 */
public interface SwitchLog {

	/** As many changes are kept at least. */
	int SIZE = 100;

	/**
	 * Adds a change. One that is there already is not added again: several processes see
	 * the same edit of a file.
	 * @param change the change
	 * @throws IOException if it cannot be written
	 */
	void add(SwitchChanged change) throws IOException;

	/**
	 * The last changes, {@value #SIZE} at most.
	 * @return the changes, newest first; a damaged one is left out
	 * @throws IOException if they cannot be read
	 */
	List<SwitchChanged> read() throws IOException;

}
