package io.github.nacosfailover.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;

import com.alibaba.nacos.api.naming.listener.AbstractEventListener;
import com.alibaba.nacos.api.naming.listener.Event;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.listener.NamingEvent;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.selector.NamingContext;
import com.alibaba.nacos.api.naming.selector.NamingSelector;
import com.alibaba.nacos.client.naming.event.InstancesDiff;
import com.alibaba.nacos.client.naming.listener.NamingChangeEvent;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InstanceChanges;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of a listener through a decorated client, between the two: changes that
 * the server pushes are passed on while failover is off for the service, and only
 * recorded while it is on. At a flip the listener is notified of the difference between
 * the last instances it was notified of and those from now on.
 */
final class Subscription extends AbstractEventListener {

	private static final String BOOKKEEPING = "subscription of a listener";

	private final ServiceKey key;

	private final @Nullable Object selection;

	private final EventListener listener;

	private final FailoverNamespace namespace;

	/**
	 * The instances of the last event for the listener, {@code null} before the first.
	 */
	private @Nullable List<Instance> notified;

	/** The instances that the server last pushed, {@code null} if none yet. */
	private @Nullable List<Instance> live;

	private String clusters = "";

	private boolean servedBefore;

	private boolean started;

	Subscription(ServiceKey key, @Nullable Object selection, EventListener listener, FailoverNamespace namespace) {
		this.key = key;
		this.selection = selection;
		this.listener = listener;
		this.namespace = namespace;
		if (selection instanceof List<?> names && !names.isEmpty()) {
			this.clusters = ServiceKey.joinClusters(names.stream().map(String::valueOf).toList());
		}
	}

	ServiceKey key() {
		return this.key;
	}

	/** Whether queries of the service are answered from its backup now. */
	boolean isServed() {
		return backup() != null;
	}

	private @Nullable List<Instance> backup() {
		Backup backup = this.namespace.serving(this.key.group(), this.key.service());
		List<Instance> all = (backup != null) ? backup.all(null) : null;
		return (all != null) ? select(all) : null;
	}

	@SuppressWarnings("unchecked")
	private List<Instance> select(List<Instance> instances) {
		if (this.selection instanceof List<?> names && !names.isEmpty()) {
			return new ArrayList<>(
					instances.stream().filter((instance) -> names.contains(instance.getClusterName())).toList());
		}
		if (this.selection instanceof NamingSelector selector) {
			Object selected = selector.select(new Context(this.key, instances)).getResult();
			return new ArrayList<>((List<Instance>) selected);
		}
		return instances;
	}

	/** Called when the client has been asked to subscribe. */
	synchronized void start() {
		this.started = true;
		this.servedBefore = false;
		viewChanged(null);
	}

	/**
	 * Notify the listener of a new view of the namespace, if it makes a difference to it.
	 * @param query returns the live instances, {@code null} to use those last pushed
	 */
	synchronized void viewChanged(@Nullable LiveQuery query) {
		if (this.started) {
			this.namespace.faults().run(BOOKKEEPING, () -> notifyOfChange(query));
		}
	}

	private void notifyOfChange(@Nullable LiveQuery query) {
		List<Instance> backup = backup();
		if (backup != null) {
			this.servedBefore = true;
			notifyOf(backup);
		}
		else if (this.servedBefore) {
			List<Instance> now = (query != null) ? query.live(this.key) : null;
			if (now != null) {
				this.live = select(now);
			}
			this.servedBefore = false;
			if (this.live != null) {
				notifyOf(this.live);
			}
		}
	}

	@Override
	public synchronized void onEvent(Event event) {
		if (!(event instanceof NamingEvent naming)) {
			this.listener.onEvent(event);
			return;
		}
		Boolean passedOn = this.namespace.faults().ask(BOOKKEEPING, () -> isPassedOn(naming));
		if (passedOn == null || passedOn) {
			deliver(event);
		}
	}

	/** Record what the server has pushed. Return whether the event is passed on. */
	private boolean isPassedOn(NamingEvent event) {
		List<Instance> instances = event.getInstances();
		this.live = (instances != null) ? instances : List.of();
		if (isServed()) {
			return false;
		}
		// During a flip the listener may have been notified of this already.
		if (this.servedBefore) {
			this.servedBefore = false;
			notifyOf(this.live);
			return false;
		}
		this.notified = snapshot(this.live);
		return true;
	}

	private void notifyOf(List<Instance> now) {
		InstanceChanges changes = InstanceChanges.between(
				InstanceChanges.byAddress((this.notified != null) ? this.notified : List.of()),
				InstanceChanges.byAddress(now), Function.identity());
		if (changes.isEmpty()) {
			return;
		}
		this.notified = snapshot(now);
		deliver(new NamingChangeEvent(this.key.service(), this.key.group(), this.clusters, now,
				new InstancesDiff(changes.added(), changes.removed(), changes.modified())));
	}

	/** A copy, since the listener may change its argument. */
	private static List<Instance> snapshot(List<Instance> instances) {
		List<Instance> copy = Backup.copyOf(ServiceKey.of("-", "-"), instances).all(null);
		return (copy != null) ? copy : List.of();
	}

	private void deliver(Event event) {
		Executor executor = (this.listener instanceof AbstractEventListener abstractListener)
				? this.namespace.faults().ask(BOOKKEEPING, abstractListener::getExecutor) : null;
		if (executor != null) {
			this.namespace.faults()
				.run(Faults.activity("executor of listener", this.listener),
						() -> executor.execute(() -> notifyListener(event)));
		}
		else {
			notifyListener(event);
		}
	}

	private void notifyListener(Event event) {
		this.namespace.faults().run(Faults.activity("listener", this.listener), () -> this.listener.onEvent(event));
	}

	boolean isFor(@Nullable Object selection, EventListener listener) {
		return this.listener.equals(listener) && sameSelection(this.selection, selection);
	}

	private static boolean sameSelection(@Nullable Object one, @Nullable Object other) {
		return Objects.equals(normalize(one), normalize(other));
	}

	private static @Nullable Object normalize(@Nullable Object selection) {
		return (selection instanceof List<?> list && list.isEmpty()) ? null : selection;
	}

	@Override
	public String toString() {
		return "failover subscription of " + this.listener;
	}

	/** Returns the live instances of a service. */
	interface LiveQuery {

		@Nullable List<Instance> live(ServiceKey key);

	}

	/** The argument of a selector. */
	private record Context(ServiceKey key, List<Instance> instances) implements NamingContext {

		@Override
		public String getServiceName() {
			return this.key.service();
		}

		@Override
		public String getGroupName() {
			return this.key.group();
		}

		@Override
		public String getClusters() {
			return "";
		}

		@Override
		public List<Instance> getInstances() {
			return this.instances;
		}

	}

}
