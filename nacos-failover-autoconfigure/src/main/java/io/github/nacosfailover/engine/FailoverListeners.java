package io.github.nacosfailover.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.thread.Faults;

/**
 * The listeners of an engine. An exception of one does not affect the others.
 */
final class FailoverListeners {

	private final List<FailoverListener> listeners = new CopyOnWriteArrayList<>();

	private final Faults faults;

	FailoverListeners(Faults faults) {
		this.faults = faults;
	}

	void add(FailoverListener listener) {
		this.listeners.add(listener);
	}

	void remove(FailoverListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Notifies all listeners.
	 * @param event name of the event, for problems
	 * @param call notifies one listener
	 */
	void dispatch(String event, Consumer<FailoverListener> call) {
		this.listeners.forEach((listener) -> this.faults.run(Faults.activity(event + " of listener", listener),
				() -> call.accept(listener)));
	}

	/**
	 * What a namespace tells: all of them.
	 * @param last is notified of views after them
	 * @return the listener of the namespace
	 */
	FailoverListener andThen(ViewListener last) {
		return new FailoverListener() {

			@Override
			public void viewChanged(FailoverNamespace namespace, View before, View after) {
				dispatch("viewChanged", (listener) -> listener.viewChanged(namespace, before, after));
				last.viewChanged(namespace, before, after);
			}

			@Override
			public void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
				dispatch("serviceUsed", (listener) -> listener.serviceUsed(namespace, key));
			}

			@Override
			public void liveChanged(FailoverNamespace namespace, ServiceKey key) {
				dispatch("liveChanged", (listener) -> listener.liveChanged(namespace, key));
			}

		};
	}

	/** Is notified of views only. */
	@FunctionalInterface
	interface ViewListener {

		/**
		 * A namespace has another view.
		 * @param namespace the namespace
		 * @param before the view it had
		 * @param after the view it has
		 */
		void viewChanged(FailoverNamespace namespace, View before, View after);

	}

}
