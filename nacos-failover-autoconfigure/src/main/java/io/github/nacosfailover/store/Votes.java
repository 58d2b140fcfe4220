package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * Exchanges short statements between the processes that share a store, so that they can
 * agree. Used by one thread.
 */
public interface Votes {

	/**
	 * Publishes a statement to the other processes. It is valid until it is replaced, or
	 * until this process has been gone for a minute or two, and has to be repeated.
	 * @param text a short text, {@code null} to say nothing any more
	 * @throws IOException if the others cannot be told
	 */
	void say(@Nullable String text) throws IOException;

	/**
	 * Returns the statements of the other running processes.
	 * @return a text for each, empty for one that says nothing
	 * @throws IOException if that cannot be determined
	 */
	Collection<String> others() throws IOException;

}
