package io.github.nacosfailover.client;

import io.github.nacosfailover.engine.ServerStatus;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.bridge.ClientBridge;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decorates the naming clients of an engine with failover, each client once.
 */
public final class NamingServiceDecorator implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(NamingServiceDecorator.class);

	private static final long STATUS_TIMEOUT_MILLIS = 1000;

	private static final Proxies INTERFACES = (client,
			handler) -> (NamingService) Proxy.newProxyInstance(NamingServiceDecorator.class.getClassLoader(),
					new Class<?>[] { NamingService.class, DecoratedNamingService.class }, handler);

	private final FailoverEngine engine;

	private final Map<NamingService, Decoration> decorated = new IdentityHashMap<>();

	private final ExecutorService events = DaemonThreads.executor("nacos-failover-events", 1);

	private final ExecutorService serverCalls = DaemonThreads.executor("nacos-failover-server", 4);

	private final @Nullable QueryObserver observer;

	public NamingServiceDecorator(FailoverEngine engine) {
		this(engine, null);
	}

	/**
	 * Create a decorator of clients that are observed.
	 * @param engine the engine
	 * @param observer observes their queries, {@code null} for none
	 */
	public NamingServiceDecorator(FailoverEngine engine, @Nullable QueryObserver observer) {
		this.engine = engine;
		this.observer = observer;
	}

	/**
	 * Create a client for the engine and decorate it.
	 * @param creation creates the client, or returns the one that was created before
	 * @return the decorated client
	 * @throws Exception what the creation throws
	 */
	public NamingService create(Callable<NamingService> creation) throws Exception {
		return decorateIfPossible(Bridges.createClient(this.engine, ClientInternals.areKnown(), creation));
	}

	/**
	 * Decorate a client if possible.
	 * @param client the client
	 * @return the decorated client, or the given one if it is decorated already or cannot
	 * be, in which case the bridge serves it
	 */
	public NamingService decorateIfPossible(NamingService client) {
		return decorateIfPossible(client, INTERFACES);
	}

	/**
	 * Decorate a client if possible.
	 * @param client the client
	 * @param proxies creates the decorated client
	 * @return the decorated client, or the given one if it is decorated already or cannot
	 * be, in which case the bridge serves it
	 */
	public NamingService decorateIfPossible(NamingService client, Proxies proxies) {
		if (client instanceof DecoratedNamingService) {
			return client;
		}
		try {
			return decorate(client, proxies);
		}
		catch (IllegalStateException ex) {
			logger.warn("Failover: a {} stays undecorated: {}", client.getClass().getName(), ex.getMessage());
			return client;
		}
		catch (Throwable ex) {
			failed("decoration of a %s, which stays as it is".formatted(client.getClass().getName()), ex);
			return client;
		}
	}

	/**
	 * Record a failure that must not affect the application.
	 * @param activity the activity that has failed
	 * @param fault the exception or error
	 */
	public void failed(String activity, Throwable fault) {
		this.engine.faults().failed(activity, fault);
	}

	/**
	 * Decorate a client.
	 * @param client the client
	 * @return the decorated client; the given one if it is decorated already
	 * @throws IllegalStateException if it cannot be decorated
	 */
	public NamingService decorate(NamingService client) {
		if (client instanceof DecoratedNamingService known) {
			synchronized (this.decorated) {
				if (!this.decorated.containsKey(known.undecoratedNamingService())) {
					throw new IllegalStateException("The Nacos client is decorated already, by another application "
							+ "context of this JVM, or has been shut down; use it as it is, or create one for each "
							+ "context");
				}
			}
			return client;
		}
		return decorate(client, INTERFACES);
	}

	private NamingService decorate(NamingService client, Proxies proxies) {
		synchronized (this.decorated) {
			Decoration decoration = this.decorated.get(client);
			if (decoration == null) {
				decoration = decoration(client);
				this.decorated.put(client, decoration);
			}
			NamingServiceHandler handler = decoration.handler();
			try {
				return decoration.proxies().computeIfAbsent(proxies, (key) -> key.create(client, handler));
			}
			catch (Throwable ex) {
				if (decoration.proxies().isEmpty()) {
					decoration.undo().run();
				}
				throw ex;
			}
		}
	}

	private Decoration decoration(NamingService client) {
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
		NamingServiceHandler handler = new NamingServiceHandler(client, namespace, subscriptions, serviceLists,
				this.observer, () -> forget(client, namespace, decoratedClient));
		return new Decoration(handler, new IdentityHashMap<>(), () -> {
			forget(client, namespace, decoratedClient);
			bridge.undecorate();
		});
	}

	private void forget(NamingService client, FailoverNamespace namespace, NamespaceClient decoratedClient) {
		namespace.removeClient(decoratedClient);
		synchronized (this.decorated) {
			this.decorated.remove(client);
		}
	}

	@Override
	public void close() {
		this.events.shutdownNow();
		this.serverCalls.shutdownNow();
	}

	/** Creates the objects that applications get in place of a client. */
	@FunctionalInterface
	public interface Proxies {

		/**
		 * Create an object that implements {@link DecoratedNamingService}.
		 * @param client the client
		 * @param handler the handler of all method calls
		 * @return the object
		 */
		NamingService create(NamingService client, InvocationHandler handler);

	}

	/**
	 * The decoration of one client; all its proxies share the handler.
	 *
	 * @param undo leaves the client to its bridge
	 */
	private record Decoration(NamingServiceHandler handler, Map<Proxies, NamingService> proxies, Runnable undo) {

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
					NamingServiceDecorator.this.events.execute(this::notifySubscribers);
				}
				catch (RejectedExecutionException ex) {
					logger.debug("The context is closing, subscribers are not notified any more");
				}
			}
		}

		private void notifySubscribers() {
			this.pending.set(false);
			this.subscriptions.viewChanged(this::live);
		}

		@Override
		public boolean awaitApplied(View view, Duration timeout) {
			return true;
		}

		@Override
		public ServerStatus serverStatus() {
			// The client may query the server and block; then it counts as down.
			try {
				return CompletableFuture
					.supplyAsync(() -> ServerStatus.of(this.client.getServerStatus()),
							NamingServiceDecorator.this.serverCalls)
					.completeOnTimeout(ServerStatus.DOWN, STATUS_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
					.join();
			}
			catch (RejectedExecutionException | CompletionException ex) {
				logger.debug("The status of the server is not known", ex);
				return ServerStatus.DOWN;
			}
		}

		@Override
		public boolean countsQueries() {
			return true;
		}

		@Override
		public @Nullable List<Instance> live(ServiceKey key) {
			try {
				// Only a service in use is subscribed already, and answered from the
				// cache.
				boolean subscribe = this.namespace.usageIfAny(key) != null || this.subscriptions.has(key);
				return this.client.getAllInstances(key.service(), key.group(), subscribe);
			}
			catch (NacosException | RuntimeException ex) {
				logger.debug("{} cannot be queried", key, ex);
				return null;
			}
		}

		@Override
		public @Nullable List<Instance> ask(ServiceKey key) throws NacosException {
			return this.client.getAllInstances(key.service(), key.group(), false);
		}

		@Override
		public @Nullable List<String> servicesOfServer(int page, int size, String group) throws NacosException {
			return this.client.getServicesOfServer(page, size, group).getData();
		}

	}

}
