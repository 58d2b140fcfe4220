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
 * Tells an engine that the server has told a client something new. The clients of the JVM
 * share one place for such events, which says neither client nor namespace; so each
 * namespace that may be concerned is given the hint.
 * <p>
 * The classes for it are the client's own. If they are not as expected, there are no
 * hints, and changes are found when services are looked at anyway.
 */
public final class ServerPushes implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ServerPushes.class);

	private final @Nullable Runnable end;

	/**
	 * Begins to tell.
	 * @param engine the engine to tell
	 */
	public ServerPushes(FailoverEngine engine) {
		this.end = begin(engine);
	}

	private static @Nullable Runnable begin(FailoverEngine engine) {
		try {
			Hearing hearing = new Hearing(engine);
			NotifyCenter.registerSubscriber(hearing);
			return () -> NotifyCenter.deregisterSubscriber(hearing);
		}
		catch (Throwable ex) {
			logger.info("Failover: this version of the Nacos client does not tell of changes, which are found when "
					+ "services are looked at: {}", ex.toString());
			return null;
		}
	}

	@Override
	public void close() {
		if (this.end != null) {
			try {
				this.end.run();
			}
			catch (Throwable ex) {
				logger.debug("The Nacos client does not let go", ex);
			}
		}
	}

	/** Called by the one thread that tells all listeners of all clients. */
	private static final class Hearing extends Subscriber<InstancesChangeEvent> {

		private final FailoverEngine engine;

		Hearing(FailoverEngine engine) {
			this.engine = engine;
		}

		@Override
		public void onEvent(InstancesChangeEvent event) {
			this.engine.faults().run("changes that the Nacos client tells of", () -> pass(event));
		}

		private void pass(InstancesChangeEvent event) {
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
