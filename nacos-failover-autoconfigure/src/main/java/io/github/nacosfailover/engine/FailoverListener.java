package io.github.nacosfailover.engine;

/**
 * Is told what changes for queries: a flip, or another set of backups while failover is
 * on. Called on the thread that brings the change, which waits, and under a lock of the
 * namespace: a listener must be quick and not ask for other locks.
 */
public interface FailoverListener {

	/**
	 * Takes note that a namespace has a new view, which decorated clients see already.
	 * @param namespace the namespace
	 * @param before the view until now
	 * @param after the view from now on
	 */
	void viewChanged(FailoverNamespace namespace, View before, View after);

	/**
	 * Takes note that undecorated clients see a switched view as well.
	 * @param namespace the namespace
	 * @param before the view before it was switched
	 * @param after the view from now on
	 */
	default void viewApplied(FailoverNamespace namespace, View before, View after) {
	}

}
