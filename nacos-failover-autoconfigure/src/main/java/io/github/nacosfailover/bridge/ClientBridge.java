package io.github.nacosfailover.bridge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

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

	private static final String DIRECTORY = "directory of a Nacos client";

	private static final String REACTOR = "data for the failover reactor of a Nacos client";

	private static final Duration PROPERTIES_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration WARM_START_TIMEOUT = Duration.ofSeconds(2);

	/** The bridge that this thread has just created, until its client "logs in". */
	private static final ThreadLocal<ClientBridge> created = new ThreadLocal<>();

	private final List<Runnable> endListeners = new CopyOnWriteArrayList<>();

	private final Instant createdAt = Instant.now();

	private final Object monitor = new Object();

	private final AtomicBoolean resolving = new AtomicBoolean();

	private final Duration propertiesTimeout;

	private final boolean inert;

	private final @Nullable String remembered;

	private final @Nullable FailoverEngine owner;

	private final List<Problem> problems = new ArrayList<>();

	private final Map<String, FailoverDataSource> providers;

	private final @Nullable FailoverDataSource stock;

	private volatile @Nullable ClientDirectory directory;

	/**
	 * Whether it is known whose this client is: with the directory, or when we give up.
	 */
	private volatile boolean resolved;

	private volatile @Nullable FailoverEngine engine;

	private volatile @Nullable FailoverNamespace namespace;

	private volatile boolean decorated;

	/** The engine in which nothing but live answers is right for this client. */
	private volatile @Nullable FailoverEngine refusedBy;

	private volatile @Nullable BridgedData delivered;

	private volatile @Nullable Thread reactor;

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
		this.propertiesTimeout = propertiesTimeout;
		this.inert = Bridges.isPriming();
		if (this.inert) {
			this.remembered = null;
			this.owner = null;
			this.providers = Map.of();
			this.stock = null;
			return;
		}
		this.remembered = CacheDirUtil.getCacheDir();
		this.owner = Bridges.register(this);
		this.decorated = Bridges.isToBeDecorated();
		OtherProviders others = Bridges.others();
		this.problems.addAll(others.problems());
		this.providers = others.foreign(this.problems);
		this.stock = createStock(others);
		if (Bridges.hasStartHook()) {
			created.set(this);
		}
		else {
			resolve(this::rememberedDirectory);
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
		bridge.resolve(() -> bridge.directory(properties));
		bridge.awaitWarmStart();
	}

	private ClientDirectory directory(Properties properties) {
		try {
			this.problems.addAll(ClientDirectory.problems(properties));
			ClientDirectory directory = ClientDirectory.of(properties);
			HookFaults.worked(this.owner, DIRECTORY);
			return directory;
		}
		catch (Throwable ex) {
			HookFaults.failed(this.owner, DIRECTORY, ex);
			return rememberedDirectory();
		}
	}

	private ClientDirectory rememberedDirectory() {
		return ClientDirectory.of(this.remembered);
	}

	/**
	 * Finds out whose this client is, once. Not to be called with the monitor: opening a
	 * namespace takes time and the locks of others. Does not throw: a client that cannot
	 * be told goes on as it would without us.
	 */
	private void resolve(Supplier<ClientDirectory> found) {
		if (!this.resolving.compareAndSet(false, true)) {
			return;
		}
		try {
			this.directory = found.get();
			attachIfFree();
		}
		catch (Throwable ex) {
			HookFaults.failed(this.owner, DIRECTORY, ex);
		}
		synchronized (this.monitor) {
			this.resolved = true;
			this.monitor.notifyAll();
		}
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
		ClientDirectory directory = this.directory;
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
		ClientDirectory directory = this.directory;
		Thread reactor = this.reactor;
		if (directory == null || !Bridges.isActive(engine) || (reactor != null && !reactor.isAlive())) {
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
		Thread reactor = this.reactor;
		return (reactor != null) ? reactor : Thread.currentThread();
	}

	@Override
	public FailoverSwitch getSwitch() {
		if (this.inert) {
			return OFF;
		}
		this.reactor = Thread.currentThread();
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
				return (this.delivered != null) ? ON : OFF;
			}
			HookFaults.failed(this.owner, REACTOR, ex);
		}
		this.delivered = null;
		FailoverSwitch answer = (this.stock != null && this.refusedBy == null) ? this.stock.getSwitch() : OFF;
		return (answer != null) ? answer : OFF;
	}

	/**
	 * Waits until there is something new for the reactor.
	 * @return {@code false} if the client belongs to nobody
	 */
	private boolean waitForNews() throws InterruptedException {
		while (!awaitResolved()) {
			resolve(this::rememberedDirectory);
		}
		synchronized (this.monitor) {
			while (this.namespace != null && !hasNews(this.namespace)) {
				this.monitor.wait();
			}
			return this.namespace != null;
		}
	}

	private boolean awaitResolved() throws InterruptedException {
		long end = System.nanoTime() + this.propertiesTimeout.toNanos();
		synchronized (this.monitor) {
			for (long left = this.propertiesTimeout.toMillis(); !this.resolved
					&& left > 0; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
				this.monitor.wait(left);
			}
			return this.resolved;
		}
	}

	private boolean hasNews(FailoverNamespace namespace) {
		BridgedData delivered = this.delivered;
		if (delivered == null) {
			return !this.decorated && namespace.view().isActive();
		}
		return delivered.isOutdated(this.decorated ? null : namespace.view());
	}

	@Override
	public Map<String, FailoverData> getFailoverData() {
		FailoverNamespace namespace = this.namespace;
		ClientDirectory directory = this.directory;
		if (namespace == null || directory == null) {
			return (this.stock != null && !this.inert) ? this.stock.getFailoverData() : Map.of();
		}
		BridgedData before = this.delivered;
		try {
			View view = this.decorated ? null : namespace.view();
			BridgedData data = new BridgedData(this, view, before, directory);
			this.delivered = data;
			namespace.faults().worked(REACTOR);
			return data;
		}
		catch (Throwable ex) {
			// The reactor keeps what it has, and asks again.
			namespace.faults().failed(REACTOR, ex);
			return (before != null) ? before : Map.of();
		}
	}

	@Override
	public boolean hasEnded() {
		Thread reactor = this.reactor;
		return reactor != null && !reactor.isAlive();
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
				HookFaults.failed(this.owner, "end of a Nacos client", ex);
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
		while (!isApplied(view)) {
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

	/**
	 * Whether queries see a view: objects the reactor has follow the namespace by
	 * themselves, so what counts is that it has an object for each service.
	 */
	private boolean isApplied(View view) {
		BridgedData delivered = this.delivered;
		if (this.decorated || (delivered == null && !view.isActive())) {
			return true;
		}
		return delivered != null && delivered.isTaken(reactor()) && (!view.isActive() || delivered.covers(view));
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
		ClientDirectory directory = this.directory;
		return (directory != null && !this.decorated) ? LiveCache.read(directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<Instance> ask(ServiceKey key) {
		ClientDirectory directory = this.directory;
		return (directory != null && !this.decorated)
				? LiveCache.readSince(this.createdAt, directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<String> servicesOfServer(int page, int size, String group) {
		return null;
	}

}
