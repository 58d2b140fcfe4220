package io.github.nacosfailover.source;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A source of failover data for one namespace. Its methods never block and never throw,
 * whatever the implementation calls.
 */
public interface FailoverSource {

	/**
	 * Returns the name shown to operators.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the class name of the implementation.
	 * @return the class name
	 */
	String type();

	/**
	 * Returns the location of the data.
	 * @return a path or the like, or {@code null}
	 */
	@Nullable String location();

	/**
	 * Whether it can be written through
	 * {@link io.github.nacosfailover.store.FailoverStore}.
	 * @return {@code true} for a store
	 */
	default boolean isWritable() {
		return false;
	}

	/**
	 * Returns the last good state.
	 * @return the state
	 */
	SourceState state();

	/**
	 * Returns the current problems of the source.
	 * @return the problems
	 */
	List<Problem> problems();

	/**
	 * Registers a listener that is called after each change of {@link #state()}, on the
	 * thread that found it. The listener must be quick.
	 * @param listener the listener
	 */
	void addListener(Runnable listener);

	void removeListener(Runnable listener);

}
