package io.github.nacosfailover.detector;

import java.util.Collection;
import java.util.List;

/**
 * The health indicators that a drill depends on.
 */
@FunctionalInterface
public interface DrillHealth {

	/** There are none. */
	DrillHealth NONE = List::of;

	/**
	 * The indicators that are not up.
	 * @return their names with their status, empty if all are up
	 */
	Collection<String> notUp();

}
