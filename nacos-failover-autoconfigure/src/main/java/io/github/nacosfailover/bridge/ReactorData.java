package io.github.nacosfailover.bridge;

import java.util.Map;

import com.alibaba.nacos.client.naming.backups.FailoverData;
import io.github.nacosfailover.engine.View;
import org.jspecify.annotations.Nullable;

/**
 * The data that the reactor of a client has, and its thread. Written by that thread only,
 * read by any.
 */
final class ReactorData {

	private volatile @Nullable BridgedData delivered;

	private volatile @Nullable Thread reactor;

	/** Set the current thread as that of the reactor. */
	void setReactor() {
		this.reactor = Thread.currentThread();
	}

	/** The thread of the reactor, the current one if no reactor has polled yet. */
	Thread reactor() {
		Thread reactor = this.reactor;
		return (reactor != null) ? reactor : Thread.currentThread();
	}

	/** Whether the reactor has ended, because its client was shut down. */
	boolean hasEnded() {
		Thread reactor = this.reactor;
		return reactor != null && !reactor.isAlive();
	}

	boolean hasData() {
		return this.delivered != null;
	}

	void clear() {
		this.delivered = null;
	}

	/** The data of the reactor, empty if it has none. */
	Map<String, FailoverData> current() {
		BridgedData delivered = this.delivered;
		return (delivered != null) ? delivered : Map.of();
	}

	/**
	 * Create the next data for the reactor.
	 * @param view the view, {@code null} for a decorated client
	 */
	BridgedData next(ClientBridge bridge, @Nullable View view, ClientDirectory directory) {
		BridgedData data = new BridgedData(bridge, view, this.delivered, directory);
		this.delivered = data;
		return data;
	}

	/**
	 * Whether the reactor needs other data than it has. That of a decorated client needs
	 * none.
	 */
	boolean isOutdated(View view, boolean decorated) {
		BridgedData delivered = this.delivered;
		if (delivered == null) {
			return !decorated && view.isServing();
		}
		return delivered.isOutdated(decorated ? null : view);
	}

	/**
	 * Whether queries see a view. The objects of the reactor read the current view, so it
	 * only has to have one for each service.
	 */
	boolean isApplied(View view) {
		BridgedData delivered = this.delivered;
		if (delivered == null) {
			return !view.isServing();
		}
		return delivered.isTaken(reactor()) && (!view.isServing() || delivered.covers(view));
	}

}
