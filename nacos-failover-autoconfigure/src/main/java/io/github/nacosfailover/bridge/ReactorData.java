package io.github.nacosfailover.bridge;

import java.util.Map;

import com.alibaba.nacos.client.naming.backups.FailoverData;
import io.github.nacosfailover.engine.View;
import org.jspecify.annotations.Nullable;

/**
 * What the reactor of a client has, and which thread it is. Written by that thread alone,
 * read by any.
 */
final class ReactorData {

	private volatile @Nullable BridgedData delivered;

	private volatile @Nullable Thread reactor;

	/** Takes note that this thread is the reactor. */
	void asked() {
		this.reactor = Thread.currentThread();
	}

	/**
	 * The thread of the reactor.
	 * @return the thread, this one as long as no reactor has asked for anything
	 */
	Thread reactor() {
		Thread reactor = this.reactor;
		return (reactor != null) ? reactor : Thread.currentThread();
	}

	/**
	 * Whether the reactor has ended, as that of a client does which is shut down.
	 */
	boolean hasEnded() {
		Thread reactor = this.reactor;
		return reactor != null && !reactor.isAlive();
	}

	boolean isAny() {
		return this.delivered != null;
	}

	void forget() {
		this.delivered = null;
	}

	/**
	 * What the reactor has.
	 * @return the data, empty if it has none
	 */
	Map<String, FailoverData> current() {
		BridgedData delivered = this.delivered;
		return (delivered != null) ? delivered : Map.of();
	}

	/**
	 * Makes what the reactor needs next.
	 * @param bridge the bridge of the client
	 * @param view the view, {@code null} for a client that is decorated
	 * @param directory the directory of the client
	 * @return the data
	 */
	BridgedData next(ClientBridge bridge, @Nullable View view, ClientDirectory directory) {
		BridgedData data = new BridgedData(bridge, view, this.delivered, directory);
		this.delivered = data;
		return data;
	}

	/**
	 * Whether the reactor needs other data than it has.
	 * @param view the view of the namespace
	 * @param decorated whether the client is decorated, so that it needs none
	 */
	boolean hasNews(View view, boolean decorated) {
		BridgedData delivered = this.delivered;
		if (delivered == null) {
			return !decorated && view.isActive();
		}
		return delivered.isOutdated(decorated ? null : view);
	}

	/**
	 * Whether queries see a view: objects the reactor has follow the namespace by
	 * themselves, so what counts is that it has an object for each service.
	 * @param view the view
	 */
	boolean isApplied(View view) {
		BridgedData delivered = this.delivered;
		if (delivered == null) {
			return !view.isActive();
		}
		return delivered.isTaken(reactor()) && (!view.isActive() || delivered.covers(view));
	}

}
