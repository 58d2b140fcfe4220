package io.github.nacosfailover.engine;

import java.time.Duration;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchChangedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Is notified of what changes for queries: a flip, or another set of backups while
 * failover is on. Called on the thread that brings the change, which waits, and under a
 * lock of the namespace: a listener must be quick and not ask for other locks.
 */
public interface FailoverListener {

	/**
	 * Records that a namespace has a new view, which decorated clients see already.
	 * @param namespace the namespace
	 * @param before the view until now
	 * @param after the view from now on
	 */
	void viewChanged(FailoverNamespace namespace, View before, View after);

	/**
	 * Records that undecorated clients see a switched view as well.
	 * @param namespace the namespace
	 * @param before the view before it was switched
	 * @param after the view from now on
	 */
	default void viewApplied(FailoverNamespace namespace, View before, View after) {
	}

	/**
	 * Records a new namespace.
	 * @param namespace the namespace
	 */
	default void namespaceOpened(FailoverNamespace namespace) {
	}

	/**
	 * Records that the switch was changed, here or elsewhere, or that a change was
	 * refused. Queries see it already. Called on the thread that has switched, or on
	 * another one.
	 * @param namespace the namespace
	 * @param change the change
	 * @param took how long it took until queries saw it, {@code null} if that is not
	 * known
	 */
	default void switchChanged(FailoverNamespace namespace, SwitchChangedEvent change, @Nullable Duration took) {
	}

	/**
	 * Records that a service is asked for, for the first time in this process, and
	 * perhaps once more when a source knows it.
	 * @param namespace the namespace
	 * @param key the service
	 */
	default void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
	}

	/**
	 * Records that the server has probably reported something new about a service. It is
	 * a hint: some changes come without, and some come twice.
	 * @param namespace the namespace
	 * @param key the service
	 */
	default void liveChanged(FailoverNamespace namespace, ServiceKey key) {
	}

}
