package io.github.nacosfailover.source;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A source of failover for one namespace, as the rest sees it: it never blocks and never
 * throws, whatever is behind it.
 */
public interface FailoverSource {

	/**
	 * Name by which operators know the source.
	 * @return the name
	 */
	String name();

	/**
	 * Class name of what is behind the source.
	 * @return the class name
	 */
	String type();

	/**
	 * Where the data are.
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
	 * What the source has now: its last good state.
	 * @return the state
	 */
	SourceState state();

	/**
	 * What an operator should put right at the source now.
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
