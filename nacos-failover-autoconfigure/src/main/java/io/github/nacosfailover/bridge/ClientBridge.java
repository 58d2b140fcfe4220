package io.github.nacosfailover.bridge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import com.alibaba.nacos.client.naming.utils.CacheDirUtil;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.OtherServerException;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What the reactor of one naming client takes for its data source. The client creates it;
 * its public methods are called by the reactor's one thread.
 * <p>
 * The reactor asks for the switch, and again 5 s after it has dealt with the answer. Here
 * the question is answered when there is something new, which turns the poll into a long
 * poll. What the reactor gets are {@link BridgedService}s, which follow the namespace by
 * themselves: so once the reactor has them, a flip reaches queries at once, and the
 * reactor is only needed to tell subscribers.
 * <p>
 * A decorated client needs nothing of this: its reactor is left switched off.
 */
public final class ClientBridge implements FailoverDataSource, NamespaceClient {

	private static final FailoverSwitch OFF = new FailoverSwitch(false);

	private static final FailoverSwitch ON = new FailoverSwitch(true);

	private static final String REACTOR = "data for the failover reactor of a Nacos client";

	private static final Duration PROPERTIES_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration WARM_START_TIMEOUT = Duration.ofSeconds(2);

	/** The bridge that this thread has just created, until its client "logs in". */
	private static final ThreadLocal<ClientBridge> created = new ThreadLocal<>();

	private final List<Runnable> endListeners = new CopyOnWriteArrayList<>();

	private final Instant createdAt = Instant.now();

	private final Object monitor = new Object();

	private final DirectorySearch search;

	private final boolean inert;

	private final @Nullable FailoverEngine owner;

	private final List<Problem> problems = new ArrayList<>();

	private final Map<String, FailoverDataSource> providers;

	private final @Nullable FailoverDataSource stock;

	private volatile @Nullable FailoverEngine engine;

	private volatile @Nullable FailoverNamespace namespace;

	private volatile boolean decorated;

	/** The engine in which nothing but live answers is right for this client. */
	private volatile @Nullable FailoverEngine refusedBy;

	private final ReactorData reactorData = new ReactorData();

	/**
	 * Called by the Nacos client.
	 */
	public ClientBridge() {
		this(PROPERTIES_TIMEOUT);
	}

	/**
	 * Creates a bridge.
	 * @param propertiesTimeout how long to wait for the properties of the client at most
	 */
	ClientBridge(Duration propertiesTimeout) {
		this.inert = Bridges.isPriming();
		if (this.inert) {
			this.search = new DirectorySearch(propertiesTimeout, null, null);
			this.owner = null;
			this.providers = Map.of();
			this.stock = null;
			return;
		}
		String remembered = CacheDirUtil.getCacheDir();
		this.owner = Bridges.register(this);
		this.search = new DirectorySearch(propertiesTimeout, remembered, this.owner);
		this.decorated = Bridges.isToBeDecorated();
		OtherProviders others = Bridges.others();
		this.problems.addAll(others.problems());
		this.providers = others.foreign(this.problems);
		this.stock = createStock(others);
		if (Bridges.hasStartHook()) {
			created.set(this);
		}
		else {
			this.search.endWithRemembered(this::attachIfFree);
		}
	}

	private @Nullable FailoverDataSource createStock(OtherProviders others) {
		try {
			return others.stock();
		}
		catch (Throwable ex) {
			if (this.owner == null && Bridges.oldest() == null) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * Takes the properties of the client that this thread is creating, if it is creating
	 * one.
	 */
	static void clientStarts(Properties properties) {
		ClientBridge bridge = created.get();
		if (bridge == null) {
			return;
		}
		created.remove();
		bridge.search.end(() -> bridge.directory(properties), bridge::attachIfFree);
		bridge.awaitWarmStart();
	}

	private ClientDirectory directory(Properties properties) {
		this.problems.addAll(ClientDirectory.problems(properties));
		return ClientDirectory.of(properties);
	}

	/**
	 * Lets the very first query of an application that starts with failover on see it.
	 */
	private void awaitWarmStart() {
		FailoverNamespace namespace = this.namespace;
		if (namespace != null && namespace.view().isActive()) {
			awaitApplied(namespace.view(), WARM_START_TIMEOUT);
		}
	}

	/** Does not throw: called while the client and the application start. */
	void attachIfFree() {
		if (hasEnded()) {
			// Shut down in the pause between two questions, so nobody has told us.
			clientEnds();
			return;
		}
		ClientDirectory directory = this.search.found();
		FailoverEngine engine = (this.owner != null) ? this.owner : Bridges.oldest();
		if (directory == null || engine == null || this.engine != null || this.refusedBy == engine
				|| !Bridges.isActive(engine)) {
			return;
		}
		try {
			attach(engine, directory);
			engine.faults().worked(opening(directory));
		}
		catch (Throwable ex) {
			engine.faults().failed(opening(directory), ex);
		}
	}

	private static String opening(ClientDirectory directory) {
		return "opening of namespace '%s', whose Nacos client keeps its own failover".formatted(directory.namespace());
	}

	private void attach(FailoverEngine engine, ClientDirectory directory) {
		FailoverNamespace namespace;
		try {
			namespace = engine.namespace(directory.origin(), this.providers, this);
		}
		catch (OtherServerException ex) {
			// What is in the directory is of the other server, for the stock source, too.
			this.refusedBy = engine;
			return;
		}
		synchronized (this.monitor) {
			if (namespace == null || this.engine != null) {
				return;
			}
			this.engine = engine;
			this.namespace = namespace;
			this.monitor.notifyAll();
		}
		namespace.addClient(this);
		namespace.report(this.problems);
	}

	void detach(FailoverEngine engine) {
		synchronized (this.monitor) {
			FailoverNamespace namespace = this.namespace;
			if (this.refusedBy == engine) {
				this.refusedBy = null;
			}
			else if (this.engine != engine) {
				return;
			}
			if (namespace != null) {
				namespace.removeClient(this);
			}
			this.engine = null;
			this.namespace = null;
			this.decorated = false;
			this.monitor.notifyAll();
		}
		if (this.owner == null) {
			attachIfFree();
		}
	}

	/**
	 * Leaves queries and subscribers of this client to a decorator.
	 * @return the namespace of the client
	 * @throws IllegalStateException if the client belongs to another engine
	 */
	public FailoverNamespace decorate(FailoverEngine engine) {
		if (this.engine != engine && !this.decorated && (this.owner == null || !Bridges.isActive(this.owner))) {
			adopt(engine);
		}
		FailoverNamespace namespace = this.namespace;
		if (namespace == null || this.engine != engine) {
			throw new IllegalStateException(
					(this.engine == null) ? whyNotAttached() : "The Nacos client belongs to another "
							+ "application context of this JVM; decorate it there, or create one for each context");
		}
		synchronized (this.monitor) {
			this.decorated = true;
			this.monitor.notifyAll();
		}
		return namespace;
	}

	private String whyNotAttached() {
		return (this.refusedBy != null)
				? "The Nacos client is of another server than those that have its namespace id "
						+ "and directory; give it a namingCacheRegistryDir of its own"
				: "The Nacos client was created while no application context with failover was active, "
						+ "or has been shut down; create it within the context";
	}

	/**
	 * A client that was created in nobody's name, or in that of an engine which is closed
	 * by now, belongs to the one that decorates it.
	 */
	private void adopt(FailoverEngine engine) {
		ClientDirectory directory = this.search.found();
		if (directory == null || !Bridges.isActive(engine) || hasEnded()) {
			return;
		}
		synchronized (this.monitor) {
			FailoverNamespace namespace = this.namespace;
			if (namespace != null) {
				namespace.removeClient(this);
			}
			this.engine = null;
			this.namespace = null;
		}
		attach(engine, directory);
		attachIfFree();
	}

	/**
	 * Whether the reactor's objects are to answer from backups now.
	 */
	@Nullable FailoverNamespace active() {
		return this.decorated ? null : this.namespace;
	}

	Thread reactor() {
		return this.reactorData.reactor();
	}

	@Override
	public FailoverSwitch getSwitch() {
		if (this.inert) {
			return OFF;
		}
		this.reactorData.asked();
		try {
			if (waitForNews()) {
				return ON;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			clientEnds();
			return OFF;
		}
		catch (Throwable ex) {
			FailoverNamespace namespace = this.namespace;
			if (namespace != null) {
				namespace.faults().failed(REACTOR, ex);
				return this.reactorData.isAny() ? ON : OFF;
			}
			BridgeFaults.failed(this.owner, REACTOR, ex);
		}
		this.reactorData.forget();
		FailoverSwitch answer = (this.stock != null && this.refusedBy == null) ? this.stock.getSwitch() : OFF;
		return (answer != null) ? answer : OFF;
	}

	/**
	 * Waits until there is something new for the reactor.
	 * @return {@code false} if the client belongs to nobody
	 */
	private boolean waitForNews() throws InterruptedException {
		while (!this.search.awaitEnd()) {
			this.search.endWithRemembered(this::attachIfFree);
		}
		synchronized (this.monitor) {
			while (this.namespace != null && !this.reactorData.hasNews(this.namespace.view(), this.decorated)) {
				this.monitor.wait();
			}
			return this.namespace != null;
		}
	}

	@Override
	public Map<String, FailoverData> getFailoverData() {
		FailoverNamespace namespace = this.namespace;
		ClientDirectory directory = this.search.found();
		if (namespace == null || directory == null) {
			return (this.stock != null && !this.inert) ? this.stock.getFailoverData() : Map.of();
		}
		try {
			BridgedData data = this.reactorData.next(this, this.decorated ? null : namespace.view(), directory);
			namespace.faults().worked(REACTOR);
			return data;
		}
		catch (Throwable ex) {
			// The reactor keeps what it has, and asks again.
			namespace.faults().failed(REACTOR, ex);
			return this.reactorData.current();
		}
	}

	@Override
	public boolean hasEnded() {
		return this.reactorData.hasEnded();
	}

	/** Takes back what {@link #decorate} has done. */
	public void undecorate() {
		synchronized (this.monitor) {
			this.decorated = false;
			this.monitor.notifyAll();
		}
	}

	private void clientEnds() {
		Bridges.unregister(this);
		FailoverNamespace namespace = this.namespace;
		if (namespace != null) {
			namespace.removeClient(this);
		}
		for (Runnable listener : this.endListeners) {
			try {
				listener.run();
			}
			catch (Throwable ex) {
				BridgeFaults.failed(this.owner, "end of a Nacos client", ex);
			}
		}
	}

	/**
	 * Registers what is to be done when the client has been shut down.
	 * @param listener the listener
	 */
	public void onEnd(Runnable listener) {
		this.endListeners.add(listener);
	}

	@Override
	public void viewChanged() {
		synchronized (this.monitor) {
			this.monitor.notifyAll();
		}
	}

	@Override
	public boolean awaitApplied(View view, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		while (!this.decorated && !this.reactorData.isApplied(view)) {
			if (System.nanoTime() >= end) {
				return false;
			}
			if (hasEnded()) {
				clientEnds();
				return true;
			}
			try {
				TimeUnit.MILLISECONDS.sleep(1);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
		}
		return true;
	}

	@Override
	public @Nullable String serverStatus() {
		return null;
	}

	@Override
	public boolean countsQueries() {
		return this.decorated;
	}

	@Override
	public @Nullable List<Instance> live(ServiceKey key) {
		ClientDirectory directory = this.search.found();
		return (directory != null && !this.decorated) ? ClientDiskCache.read(directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<Instance> ask(ServiceKey key) {
		ClientDirectory directory = this.search.found();
		return (directory != null && !this.decorated)
				? ClientDiskCache.readSince(this.createdAt, directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<String> servicesOfServer(int page, int size, String group) {
		return null;
	}

}
