package io.github.nacosfailover.client;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.IdentityHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.bridge.ClientBridge;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.View;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts failover around naming clients of an engine. Each client is decorated once, no
 * matter how often it is asked for.
 */
public final class NamingServiceDecorator implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NamingServiceDecorator.class);

	private final FailoverEngine engine;

	private final Map<NamingService, NamingService> decorated = new IdentityHashMap<>();

	private final ExecutorService events = singleThread("nacos-failover-events");

	private final ExecutorService serverCalls = singleThread("nacos-failover-server");

	public NamingServiceDecorator(FailoverEngine engine) {
		this.engine = engine;
	}

	private static ExecutorService singleThread(String name) {
		ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, name);
					thread.setDaemon(true);
					return thread;
				});
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * Decorates a client if that is possible.
	 * @param client the client
	 * @return the decorated client, or the given one if it is decorated already or cannot
	 * be, in which case the bridge serves it
	 */
	public NamingService decorateIfPossible(NamingService client) {
		try {
			return decorate(client);
		}
		catch (IllegalStateException ex) {
			logger.warn("Failover: a {} stays undecorated: {}", client.getClass().getName(), ex.getMessage());
			return client;
		}
	}

	/**
	 * Decorates a client.
	 * @param client the client
	 * @return the decorated client; the given one if it is decorated already
	 * @throws IllegalStateException if it cannot be decorated
	 */
	public NamingService decorate(NamingService client) {
		if (client instanceof DecoratedNamingService) {
			return client;
		}
		synchronized (this.decorated) {
			NamingService known = this.decorated.get(client);
			if (known == null) {
				known = create(client, handler(client));
				this.decorated.put(client, known);
			}
			return known;
		}
	}

	private NamingServiceHandler handler(NamingService client) {
		ClientBridge bridge = ClientInternals.bridgeOf(client);
		if (bridge == null) {
			throw new IllegalStateException("it is not a client that NacosFactory has made since this starter was "
					+ "loaded; give the one that it wraps to NacosFailover.decorate");
		}
		FailoverNamespace namespace = bridge.decorate(this.engine);
		Subscriptions subscriptions = new Subscriptions(namespace);
		DecoratedClient decoratedClient = new DecoratedClient(client, namespace, subscriptions);
		namespace.addClient(decoratedClient);
		bridge.onEnd(() -> forget(client, namespace, decoratedClient));
		ServiceLists serviceLists = new ServiceLists(client, namespace, this.serverCalls);
		return new NamingServiceHandler(client, namespace, subscriptions, serviceLists,
				() -> forget(client, namespace, decoratedClient));
	}

	private void forget(NamingService client, FailoverNamespace namespace, NamespaceClient decoratedClient) {
		namespace.removeClient(decoratedClient);
		synchronized (this.decorated) {
			this.decorated.remove(client);
		}
	}

	private static NamingService create(NamingService client, NamingServiceHandler handler) {
		return (NamingService) Proxy.newProxyInstance(NamingServiceDecorator.class.getClassLoader(),
				new Class<?>[] { NamingService.class, DecoratedNamingService.class }, handler);
	}

	@Override
	public void close() {
		this.events.shutdownNow();
		this.serverCalls.shutdownNow();
	}

	/** A decorated client as the engine sees it. */
	private final class DecoratedClient implements NamespaceClient {

		private final NamingService client;

		private final FailoverNamespace namespace;

		private final Subscriptions subscriptions;

		private final AtomicBoolean pending = new AtomicBoolean();

		DecoratedClient(NamingService client, FailoverNamespace namespace, Subscriptions subscriptions) {
			this.client = client;
			this.namespace = namespace;
			this.subscriptions = subscriptions;
		}

		@Override
		public void viewChanged() {
			if (this.pending.compareAndSet(false, true)) {
				try {
					NamingServiceDecorator.this.events.execute(this::tellSubscribers);
				}
				catch (RejectedExecutionException ex) {
					logger.debug("The context is closing, subscribers are not told any more");
				}
			}
		}

		private void tellSubscribers() {
			this.pending.set(false);
			this.subscriptions.viewChanged(this::live);
		}

		@Override
		public boolean awaitApplied(View view, Duration timeout) {
			return true;
		}

		@Override
		public @Nullable String serverStatus() {
			return this.client.getServerStatus();
		}

		@Override
		public @Nullable List<Instance> live(ServiceKey key) {
			try {
				// Only a service in use is subscribed already, and answered from memory.
				boolean subscribe = this.namespace.usageIfAny(key) != null || this.subscriptions.has(key);
				return this.client.getAllInstances(key.service(), key.group(), subscribe);
			}
			catch (NacosException | RuntimeException ex) {
				logger.debug("{} cannot be asked for", key, ex);
				return null;
			}
		}

	}

}
