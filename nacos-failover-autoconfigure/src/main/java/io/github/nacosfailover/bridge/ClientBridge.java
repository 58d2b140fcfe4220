package io.github.nacosfailover.bridge;

import io.github.nacosfailover.engine.ServerStatus;
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
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The data source of the failover reactor of one naming client. The client creates it;
 * its public methods are called by the thread of the reactor.
 * <p>
 * The reactor polls the switch, with a pause of 5 s. {@link #getSwitch()} blocks until
 * something has changed, which makes it a long poll. The reactor receives
 * {@link BridgedService}s, which read the view of the namespace on each query: once it
 * has them, a flip takes effect on queries at once, and the reactor only notifies
 * subscribers.
 * <p>
 * The reactor of a decorated client remains switched off.
 */
public final class ClientBridge implements FailoverDataSource, NamespaceClient {

	private static final FailoverSwitch OFF = new FailoverSwitch(false);

	private static final FailoverSwitch ON = new FailoverSwitch(true);

	private static final String REACTOR = "data for the failover reactor of a Nacos client";

	private static final Duration PROPERTIES_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration WARM_START_TIMEOUT = Duration.ofSeconds(2);

	/** The bridge that this thread has just created, until its client logs in. */
	private static final ThreadLocal<ClientBridge> created = new ThreadLocal<>();

	private final List<Runnable> endListeners = new CopyOnWriteArrayList<>();

	private final Instant createdAt = Instant.now();

	private final DirectorySearch search;

	private final boolean inert;

	private final @Nullable FailoverEngine owner;

	private final List<Problem> problems = new ArrayList<>();

	private final @Nullable FailoverDataSource stock;

	private final ReactorData reactorData = new ReactorData();

	private final ClientAttachment attachment;

	/**
	 * Create a bridge. Called by the Nacos client.
	 */
	public ClientBridge() {
		this(PROPERTIES_TIMEOUT);
	}

	/**
	 * Create a bridge.
	 * @param propertiesTimeout maximum time to wait for the properties of the client
	 */
	ClientBridge(Duration propertiesTimeout) {
		this.inert = Bridges.isPriming();
		String cacheDirectory = this.inert ? null : CacheDirUtil.getCacheDir();
		this.owner = this.inert ? null : Bridges.ownerOfNewClient();
		this.search = new DirectorySearch(propertiesTimeout, cacheDirectory, this.owner);
		OtherProviders others = this.inert ? null : Bridges.others();
		if (others == null) {
			this.stock = null;
			this.attachment = new ClientAttachment(this, null, this.search, Map.of(), List.of(), this.reactorData,
					false);
			return;
		}
		this.problems.addAll(others.problems());
		Map<String, FailoverDataSource> providers = others.foreign(this.problems);
		this.stock = createStock(others);
		this.attachment = new ClientAttachment(this, this.owner, this.search, providers, this.problems,
				this.reactorData, Bridges.isToBeDecorated());
		Bridges.register(this);
		if (Bridges.hasStartHook()) {
			created.set(this);
		}
		else {
			this.search.endWithDefault(this::attachIfPossible);
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

	/** Receive the properties of the client that this thread is creating, if any. */
	static void clientCreated(Properties properties) {
		ClientBridge bridge = created.get();
		if (bridge == null) {
			return;
		}
		created.remove();
		bridge.search.end(() -> bridge.directory(properties), bridge::attachIfPossible);
		bridge.awaitWarmStart();
	}

	private ClientDirectory directory(Properties properties) {
		this.problems.addAll(ClientDirectory.problems(properties));
		return ClientDirectory.of(properties);
	}

	/** If failover is on at the start, let the first query be answered from backups. */
	private void awaitWarmStart() {
		FailoverNamespace namespace = this.attachment.namespace();
		if (namespace != null && namespace.view().isServing()) {
			awaitApplied(namespace.view(), WARM_START_TIMEOUT);
		}
	}

	/** Does not throw: called while the client and the application start. */
	void attachIfPossible() {
		if (hasEnded()) {
			// Shut down between two polls of the reactor, which has no callback for it.
			clientEnds();
		}
		else {
			this.attachment.attachIfPossible();
		}
	}

	void detach(FailoverEngine engine) {
		if (this.attachment.detach(engine)) {
			attachIfPossible();
		}
	}

	/**
	 * Leave queries and subscribers of this client to a decorator.
	 * @param engine the engine of the decorator
	 * @return the namespace of the client
	 * @throws IllegalStateException if the client belongs to another engine
	 */
	public FailoverNamespace decorate(FailoverEngine engine) {
		return this.attachment.decorate(engine);
	}

	/** Undo {@link #decorate}. */
	public void undecorate() {
		this.attachment.setDecorated(false);
	}

	private boolean isDecorated() {
		return this.attachment.isDecorated();
	}

	/**
	 * Return the namespace whose backups the objects of the reactor answer from.
	 * @return the namespace, {@code null} if they do not
	 */
	@Nullable FailoverNamespace active() {
		return isDecorated() ? null : this.attachment.namespace();
	}

	Thread reactor() {
		return this.reactorData.reactor();
	}

	@Override
	public FailoverSwitch getSwitch() {
		if (this.inert) {
			return OFF;
		}
		this.reactorData.setReactor();
		try {
			if (awaitChange()) {
				return ON;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			clientEnds();
			return OFF;
		}
		catch (Throwable ex) {
			FailoverNamespace namespace = this.attachment.namespace();
			if (namespace != null) {
				namespace.faults().failed(REACTOR, ex);
				return this.reactorData.hasData() ? ON : OFF;
			}
			BridgeFaults.failed(this.owner, REACTOR, ex);
		}
		this.reactorData.clear();
		FailoverSwitch answer = (this.stock != null && !this.attachment.isRefused()) ? this.stock.getSwitch() : OFF;
		return (answer != null) ? answer : OFF;
	}

	private boolean awaitChange() throws InterruptedException {
		while (!this.search.awaitEnd()) {
			this.search.endWithDefault(this::attachIfPossible);
		}
		return this.attachment.awaitChange();
	}

	@Override
	public Map<String, FailoverData> getFailoverData() {
		FailoverNamespace namespace = this.attachment.namespace();
		ClientDirectory directory = this.search.found();
		if (namespace == null || directory == null) {
			return (this.stock != null && !this.inert) ? this.stock.getFailoverData() : Map.of();
		}
		try {
			BridgedData data = this.reactorData.next(this, isDecorated() ? null : namespace.view(), directory);
			namespace.faults().worked(REACTOR);
			return data;
		}
		catch (Throwable ex) {
			// The reactor keeps its data, and polls again.
			namespace.faults().failed(REACTOR, ex);
			return this.reactorData.current();
		}
	}

	@Override
	public boolean hasEnded() {
		return this.reactorData.hasEnded();
	}

	private void clientEnds() {
		Bridges.unregister(this);
		this.attachment.end();
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
	 * Add a listener that is called when the client has been shut down.
	 * @param listener the listener to add
	 */
	public void onEnd(Runnable listener) {
		this.endListeners.add(listener);
	}

	@Override
	public void viewChanged() {
		this.attachment.changed();
	}

	@Override
	public boolean awaitApplied(View view, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		while (!isDecorated() && !this.reactorData.isApplied(view)) {
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
	public ServerStatus serverStatus() {
		return ServerStatus.UNKNOWN;
	}

	@Override
	public boolean countsQueries() {
		return isDecorated();
	}

	@Override
	public @Nullable List<Instance> live(ServiceKey key) {
		ClientDirectory directory = this.search.found();
		return (directory != null && !isDecorated()) ? ClientDiskCache.read(directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<Instance> ask(ServiceKey key) {
		ClientDirectory directory = this.search.found();
		return (directory != null && !isDecorated())
				? ClientDiskCache.readSince(this.createdAt, directory.cacheDirectory(), key) : null;
	}

	@Override
	public @Nullable List<String> servicesOfServer(int page, int size, String group) {
		return null;
	}

}
