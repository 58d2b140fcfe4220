package io.github.nacosfailover.client;

import com.alibaba.nacos.client.naming.event.InstancesChangeEvent;
import com.alibaba.nacos.common.notify.Event;
import com.alibaba.nacos.common.notify.NotifyCenter;
import com.alibaba.nacos.common.notify.listener.Subscriber;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies an engine of changes that the server pushes to clients. All clients of the JVM
 * publish them in one place, without client and namespace, so each namespace that may be
 * affected is notified.
 * <p>
 * This uses internal classes of the client. If they are not as expected, nothing is
 * notified, and changes are found by the regular checks of the services.
 */
public final class ServerPushes implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ServerPushes.class);

	private final @Nullable Runnable unsubscribe;

	/**
	 * Create a subscriber to the events of the clients.
	 * @param engine the engine to notify
	 */
	public ServerPushes(FailoverEngine engine) {
		this.unsubscribe = subscribe(engine);
	}

	private static @Nullable Runnable subscribe(FailoverEngine engine) {
		try {
			PushSubscriber subscriber = new PushSubscriber(engine);
			NotifyCenter.registerSubscriber(subscriber);
			return () -> NotifyCenter.deregisterSubscriber(subscriber);
		}
		catch (Throwable ex) {
			logger.info("Failover: this version of the Nacos client does not report changes, which are found when "
					+ "services are checked: {}", ex.toString());
			return null;
		}
	}

	@Override
	public void close() {
		if (this.unsubscribe != null) {
			try {
				this.unsubscribe.run();
			}
			catch (Throwable ex) {
				logger.debug("The subscriber to changes cannot be removed from the Nacos client", ex);
			}
		}
	}

	/** Called by the thread that notifies the listeners of all clients. */
	private static final class PushSubscriber extends Subscriber<InstancesChangeEvent> {

		private final FailoverEngine engine;

		PushSubscriber(FailoverEngine engine) {
			this.engine = engine;
		}

		@Override
		public void onEvent(InstancesChangeEvent event) {
			this.engine.faults().run("changes that the Nacos client reports", () -> publish(event));
		}

		private void publish(InstancesChangeEvent event) {
			String group = event.getGroupName();
			String service = event.getServiceName();
			if (group == null || service == null) {
				return;
			}
			ServiceKey key = ServiceKey.of(group, service);
			for (FailoverNamespace namespace : this.engine.namespaces()) {
				if (namespace.usageIfAny(key) != null || namespace.hasUncountedClients()) {
					namespace.liveChanged(key);
				}
			}
		}

		@Override
		public Class<? extends Event> subscribeType() {
			return InstancesChangeEvent.class;
		}

	}

}
