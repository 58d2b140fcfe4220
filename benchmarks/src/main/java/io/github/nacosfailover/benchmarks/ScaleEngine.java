package io.github.nacosfailover.benchmarks;

import java.io.IOException;
import java.time.Duration;

import io.github.nacosfailover.store.document.DocumentsFactory;

/**
 * A real engine under a shared store.
 */
interface ScaleEngine extends AutoCloseable {

	String name();

	/** How often an instance polls, by default. */
	Duration pollInterval();

	/**
	 * The client of an instance.
	 * @param instance number of the instance
	 * @return its factory
	 */
	DocumentsFactory factory(int instance);

	/** Requests that the engine has answered so far. */
	long requests() throws Exception;

	/** CPU time of the engine's process so far, less than 0 if it is not known. */
	long cpuMillis() throws Exception;

	@Override
	void close() throws IOException;

}
