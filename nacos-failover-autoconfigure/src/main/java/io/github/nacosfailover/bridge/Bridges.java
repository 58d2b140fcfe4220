package io.github.nacosfailover.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.common.spi.NacosServiceLoader;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridges and the active engines of this JVM.
 * <p>
 * A client belongs to the application context that it was created for: by one of its
 * beans, or on the thread that was starting it. Any other client belongs to the context
 * that has been active for the longest time. Without an active context a client uses the
 * source of a stock client.
 */
public final class Bridges {

	private static final Logger logger = LoggerFactory.getLogger(Bridges.class);

	private static final Supplier<List<Problem>> BRIDGE_PROBLEMS = Bridges::problems;

	private static final Object lock = new Object();

	private static final Set<FailoverEngine> engines = new LinkedHashSet<>();

	private static final Map<Thread, FailoverEngine> starting = new WeakHashMap<>();

	private static final Set<ClientBridge> bridges = Collections.newSetFromMap(new WeakHashMap<>());

	private static final ThreadLocal<Claim> claim = new ThreadLocal<>();

	private static final ThreadLocal<Boolean> priming = new ThreadLocal<>();

	private static @Nullable OtherProviders others;

	private static boolean startHook;

	private static boolean primed;

	/** {@code null} if the client is that of this application alone. */
	private static @Nullable SharedClient sharedClient;

	/** Why clients of this application are not bridged, {@code null} if they are. */
	private static @Nullable Problem notBridged;

	private Bridges() {
	}

	/**
	 * Make the client use the bridge as the source of every reactor created from now on,
	 * whatever the order of the class path: the client caches the providers of its first
	 * lookup, so that is made here, with a class loader that has only the bridge. Does
	 * nothing when called again. Never throws, since it is called while the client and
	 * the application start.
	 */
	public static void prime() {
		synchronized (lock) {
			if (primed) {
				return;
			}
			primed = true;
			Thread thread = Thread.currentThread();
			ClassLoader original = thread.getContextClassLoader();
			ClassLoader own = Bridges.class.getClassLoader();
			ClassLoader visible = (original != null) ? original : own;
			try {
				others = new OtherProviders(visible);
				priming.set(true);
				if (SharedClient.isShared() && isJoined()) {
					return;
				}
				thread.setContextClassLoader(new OnlyBridge(own));
				check(NacosServiceLoader.load(FailoverDataSource.class));
				thread.setContextClassLoader(visible);
				startHook = NacosServiceLoader.load(AbstractClientAuthService.class)
					.stream()
					.anyMatch(ClientStartHook.class::isInstance);
			}
			catch (Throwable ex) {
				BridgeFaults.failed(null, "bridging of Nacos clients, which keep their own failover source", ex);
			}
			finally {
				priming.remove();
				thread.setContextClassLoader(original);
			}
		}
	}

	private static void check(Collection<FailoverDataSource> chosen) {
		Object source = chosen.isEmpty() ? "none" : chosen.iterator().next();
		if (!(source instanceof ClientBridge)) {
			boolean byOther = source.getClass().getName().equals(ClientBridge.class.getName());
			notBridged = new Problem(source.getClass().getName(), byOther
					? "the Nacos client is in a parent of the class loader of this application, and another "
							+ "application has its failover source there, so clients of this one have no failover of "
							+ "this application; put the Nacos client into each application"
					: "the Nacos client has chosen its failover source before this starter was loaded, so clients "
							+ "keep that source and have no failover; load the starter with the Nacos client");
			logger.warn("Failover: {}: {}", notBridged.location(), notBridged.message());
		}
	}

	/** Share the client with the other applications that have it. */
	private static boolean isJoined() {
		try {
			sharedClient = SharedClient.join(Bridges::bridgeOfOwnClient, ClientStartHook::created);
			startHook = true;
			return true;
		}
		catch (Throwable ex) {
			BridgeFaults.failed(null, "sharing of the Nacos client with other applications", ex);
			return false;
		}
	}

	private static @Nullable Object bridgeOfOwnClient() {
		return (ownerOfNewClient() != null || isOwn(Thread.currentThread().getContextClassLoader()))
				? new ClientBridge() : null;
	}

	private static boolean isOwn(@Nullable ClassLoader classLoader) {
		ClassLoader own = Bridges.class.getClassLoader();
		for (ClassLoader parent = classLoader; parent != null; parent = parent.getParent()) {
			if (parent == own) {
				return true;
			}
		}
		return false;
	}

	private static List<Problem> problems() {
		List<Problem> problems = new ArrayList<>(BridgeFaults.problems());
		synchronized (lock) {
			if (notBridged != null) {
				problems.add(notBridged);
			}
		}
		return problems;
	}

	static boolean isPriming() {
		return Boolean.TRUE.equals(priming.get());
	}

	static boolean isPrimed() {
		synchronized (lock) {
			return primed;
		}
	}

	static OtherProviders others() {
		synchronized (lock) {
			OtherProviders known = others;
			if (known == null) {
				known = new OtherProviders(Thread.currentThread().getContextClassLoader());
				others = known;
			}
			return known;
		}
	}

	/** Whether the properties of each client are received while it is created. */
	static boolean hasStartHook() {
		synchronized (lock) {
			return startHook;
		}
	}

	/**
	 * Activate an engine. Clients that this thread creates until
	 * {@link #started(FailoverEngine)} belong to it.
	 * @param engine the engine
	 */
	public static void activate(FailoverEngine engine) {
		ClientGaugeFilter.install();
		engine.addProblems(BRIDGE_PROBLEMS);
		synchronized (lock) {
			engines.add(engine);
			starting.put(Thread.currentThread(), engine);
		}
	}

	/**
	 * Make clients that this thread creates until {@link #started(FailoverEngine)} belong
	 * to an engine.
	 * @param engine the engine
	 */
	public static void starting(FailoverEngine engine) {
		synchronized (lock) {
			if (engines.contains(engine)) {
				starting.put(Thread.currentThread(), engine);
			}
		}
	}

	/**
	 * End the time in which all clients created by the starting thread belong to the
	 * engine, and attach those that were created before.
	 * @param engine the engine
	 */
	public static void started(FailoverEngine engine) {
		List<ClientBridge> waiting;
		synchronized (lock) {
			starting.values().removeIf((candidate) -> candidate == engine);
			waiting = new ArrayList<>(bridges);
		}
		// Not before: sources may be beans that are yet to be created.
		waiting.forEach(ClientBridge::attachIfPossible);
	}

	/**
	 * Deactivate an engine. Clients that were created for it use the source of a stock
	 * client again; others are attached to the next active engine.
	 * @param engine the engine
	 */
	public static void deactivate(FailoverEngine engine) {
		List<ClientBridge> all;
		synchronized (lock) {
			engines.remove(engine);
			starting.values().removeIf((candidate) -> candidate == engine);
			all = new ArrayList<>(bridges);
			if (engines.isEmpty() && sharedClient != null) {
				// The next context joins again, if this application is not unloaded.
				sharedClient.leave();
				sharedClient = null;
				primed = false;
			}
		}
		all.forEach((bridge) -> bridge.detach(engine));
	}

	/**
	 * Create a client for an engine.
	 * @param engine the engine
	 * @param toBeDecorated whether the client is certain to be decorated, so that its
	 * reactor needs no data
	 * @param creation creates the client
	 * @param <T> type of the client
	 * @return the client
	 * @throws Exception what the creation throws
	 */
	public static <T> T createClient(FailoverEngine engine, boolean toBeDecorated, Callable<T> creation)
			throws Exception {
		Claim outer = claim.get();
		claim.set(new Claim(engine, toBeDecorated));
		try {
			return creation.call();
		}
		finally {
			if (outer != null) {
				claim.set(outer);
			}
			else {
				claim.remove();
			}
		}
	}

	static boolean isToBeDecorated() {
		Claim claimed = claim.get();
		return claimed != null && claimed.toBeDecorated();
	}

	/**
	 * Return the engine that clients created by this thread belong to.
	 * @return the engine, {@code null} for the oldest active one
	 */
	static @Nullable FailoverEngine ownerOfNewClient() {
		synchronized (lock) {
			Claim claimed = claim.get();
			return (claimed != null) ? claimed.engine() : starting.get(Thread.currentThread());
		}
	}

	static void register(ClientBridge bridge) {
		synchronized (lock) {
			bridges.add(bridge);
		}
	}

	static void unregister(ClientBridge bridge) {
		synchronized (lock) {
			bridges.remove(bridge);
		}
	}

	static boolean isActive(FailoverEngine engine) {
		synchronized (lock) {
			return engines.contains(engine);
		}
	}

	/** The engine of clients that were not created for any. */
	static @Nullable FailoverEngine oldest() {
		synchronized (lock) {
			return engines.isEmpty() ? null : engines.iterator().next();
		}
	}

	/** The engine that this thread creates clients for. */
	private record Claim(FailoverEngine engine, boolean toBeDecorated) {

	}

	/** Has the bridge as the only provider of {@link FailoverDataSource}. */
	private static final class OnlyBridge extends ClassLoader {

		private static final String SERVICE = "META-INF/services/" + FailoverDataSource.class.getName();

		private static final String ONLY = "META-INF/nacos-failover/" + FailoverDataSource.class.getName();

		OnlyBridge(ClassLoader parent) {
			super(parent);
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			if (!name.equals(SERVICE)) {
				return super.getResources(name);
			}
			URL only = getParent().getResource(ONLY);
			if (only == null) {
				throw new UncheckedIOException(new IOException(ONLY + " is missing from the class path"));
			}
			return Collections.enumeration(List.of(only));
		}

	}

}
