package io.github.nacosfailover.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
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

	/**
	 * Names a service in a statement, which has to be short.
	 * @param key the service
	 * @return 10 hexadecimal digits of a digest of its name
	 */
	static String mark(ServiceKey key) {
		return BackupFormat.digest(key.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 10);
	}

}
