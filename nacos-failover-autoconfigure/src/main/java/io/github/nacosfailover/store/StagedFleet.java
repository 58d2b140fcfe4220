package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The processes that share a store, as far as a change of the switch needs to know them
 * that some apply before the others. Safe for use by any thread.
 */
public interface StagedFleet {

	/**
	 * Returns the name of this process.
	 * @return the name, another one after each start
	 */
	String instance();

	/**
	 * Publishes a statement about a stage to the other processes. It is valid until it is
	 * replaced, or until this process has been gone for a minute or two.
	 * @param text a short text, {@code null} to say nothing any more
	 */
	void say(@Nullable String text);

	/**
	 * Returns the statements of all running processes about a stage, including this one.
	 * @return a text by name, empty for one that says nothing
	 * @throws IOException if that cannot be determined
	 */
	Map<String, String> said() throws IOException;

}
