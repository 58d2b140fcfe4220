package io.github.nacosfailover.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.alibaba.nacos.api.naming.listener.EventListener;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions made through one decorated client.
 */
final class Subscriptions {

	private final FailoverNamespace namespace;

	private final Map<ServiceKey, List<Subscription>> byService = new ConcurrentHashMap<>();

	Subscriptions(FailoverNamespace namespace) {
		this.namespace = namespace;
	}

	/** Add the subscription of a listener, or return the existing one. */
	Subscription add(ServiceKey key, @Nullable Object selection, EventListener listener) {
		List<Subscription> subscriptions = this.byService.computeIfAbsent(key,
				(service) -> new CopyOnWriteArrayList<>());
		synchronized (subscriptions) {
			for (Subscription known : subscriptions) {
				if (known.isFor(selection, listener)) {
					return known;
				}
			}
			Subscription subscription = new Subscription(key, selection, listener, this.namespace);
			subscriptions.add(subscription);
			return subscription;
		}
	}

	@Nullable Subscription remove(ServiceKey key, @Nullable Object selection, EventListener listener) {
		List<Subscription> subscriptions = this.byService.getOrDefault(key, List.of());
		synchronized (subscriptions) {
			for (Subscription known : subscriptions) {
				if (known.isFor(selection, listener)) {
					subscriptions.remove(known);
					return known;
				}
			}
		}
		return null;
	}

	boolean has(ServiceKey key) {
		return !this.byService.getOrDefault(key, List.of()).isEmpty();
	}

	void viewChanged(Subscription.LiveQuery query) {
		for (List<Subscription> subscriptions : new ArrayList<>(this.byService.values())) {
			subscriptions.forEach((subscription) -> subscription.viewChanged(query));
		}
	}

}
