package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.ServiceKey;

/**
 * What a guard knows of services, such as that of snapshots, kept over restarts and for
 * all processes that share a store. Safe for use by any thread, and by several processes
 * at once.
 */
public interface GuardState {

	/**
	 * Return the state.
	 * @return texts by service, empty if there are none or they are damaged
	 */
	Map<ServiceKey, String> read();

	/**
	 * Change the state atomically, based on what other processes have written.
	 * @param change leads from the state there is to the one there is to be; may be asked
	 * again if another process has written meanwhile
	 * @throws IOException if it cannot be written
	 */
	void change(UnaryOperator<Map<ServiceKey, String>> change) throws IOException;

	/**
	 * Return a token that changes whenever the result of {@link #read()} may have
	 * changed. Does not block.
	 * @return an object that equals that of before as long as nobody has written
	 */
	Object version();

}
