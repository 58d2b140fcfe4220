package io.github.nacosfailover.detector;

import java.util.Collection;
import java.util.List;

/**
 * The health indicators that a drill depends on.
 */
@FunctionalInterface
public interface DrillHealth {

	/** No health indicators. */
	DrillHealth NONE = List::of;

	/**
	 * Returns the indicators that are not up.
	 * @return their names with their status, empty if all are up
	 */
	Collection<String> notUp();

}
