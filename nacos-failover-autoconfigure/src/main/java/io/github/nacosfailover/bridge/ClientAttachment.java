package io.github.nacosfailover.bridge;

import java.util.List;
import java.util.Map;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.NamespaceClient;
import io.github.nacosfailover.engine.OtherServerException;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Which engine and namespace a client belongs to, and whether it is decorated. Both
 * change when application contexts start and end, so they have one lock. Safe for use by
 * any thread.
 */
final class ClientAttachment {

	private final Object monitor = new Object();

	private final NamespaceClient client;

	private final @Nullable FailoverEngine owner;

	private final DirectorySearch search;

	private final Map<String, FailoverDataSource> providers;

	private final List<Problem> problems;

	private final ReactorData reactorData;

	private volatile @Nullable FailoverEngine engine;

	private volatile @Nullable FailoverNamespace namespace;

	private volatile boolean decorated;

	/** The engine whose backups are those of another server. */
	private volatile @Nullable FailoverEngine refusedBy;

	/**
	 * Create the attachment of a client, to no engine yet.
	 * @param owner the engine that the client was created for, {@code null} for whichever
	 * is active
	 * @param decorated whether the client is certain to be decorated
	 */
	ClientAttachment(NamespaceClient client, @Nullable FailoverEngine owner, DirectorySearch search,
			Map<String, FailoverDataSource> providers, List<Problem> problems, ReactorData reactorData,
			boolean decorated) {
		this.client = client;
		this.owner = owner;
		this.search = search;
		this.providers = providers;
		this.problems = problems;
		this.reactorData = reactorData;
		this.decorated = decorated;
	}

	@Nullable FailoverNamespace namespace() {
		return this.namespace;
	}

	boolean isDecorated() {
		return this.decorated;
	}

	/** Whether the backups of its directory are those of another server. */
	boolean isRefused() {
		return this.refusedBy != null;
	}

	/**
	 * Attach the client to its engine if that is active and its directory is known. Does
	 * not throw: called while the client and the application start.
	 */
	void attachIfPossible() {
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
			namespace = engine.namespace(directory.origin(), this.providers, this.client);
		}
		catch (OtherServerException ex) {
			// The directory is that of the other server, for the stock source too.
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
		namespace.addClient(this.client);
		namespace.report(this.problems);
	}

	/**
	 * Detach the client from an engine that is closed.
	 * @return whether it may be attached to another one
	 */
	boolean detach(FailoverEngine engine) {
		synchronized (this.monitor) {
			if (this.refusedBy == engine) {
				this.refusedBy = null;
			}
			else if (this.engine != engine) {
				return false;
			}
			leaveNamespace();
			this.decorated = false;
			this.monitor.notifyAll();
		}
		return this.owner == null;
	}

	private void leaveNamespace() {
		end();
		this.engine = null;
		this.namespace = null;
	}

	/** Remove the client, which has been shut down, from its namespace. */
	void end() {
		FailoverNamespace namespace = this.namespace;
		if (namespace != null) {
			namespace.removeClient(this.client);
		}
	}

	/**
	 * Leave queries and subscribers of the client to a decorator.
	 * @return the namespace of the client
	 * @throws IllegalStateException if the client belongs to another engine
	 */
	FailoverNamespace decorate(FailoverEngine engine) {
		if (this.engine != engine && !this.decorated && (this.owner == null || !Bridges.isActive(this.owner))) {
			adopt(engine);
		}
		FailoverNamespace namespace = this.namespace;
		if (namespace == null || this.engine != engine) {
			throw new IllegalStateException(
					(this.engine == null) ? whyNotAttached() : "The Nacos client belongs to another "
							+ "application context of this JVM; decorate it there, or create one for each context");
		}
		setDecorated(true);
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
	 * A client without an owner, or whose owner is closed, belongs to the engine that
	 * decorates it.
	 */
	private void adopt(FailoverEngine engine) {
		ClientDirectory directory = this.search.found();
		if (directory == null || !Bridges.isActive(engine) || this.reactorData.hasEnded()) {
			return;
		}
		synchronized (this.monitor) {
			leaveNamespace();
		}
		attach(engine, directory);
		attachIfPossible();
	}

	void setDecorated(boolean decorated) {
		synchronized (this.monitor) {
			this.decorated = decorated;
			this.monitor.notifyAll();
		}
	}

	/** Wake the reactor, so that it checks for a change. */
	void changed() {
		synchronized (this.monitor) {
			this.monitor.notifyAll();
		}
	}

	/**
	 * Wait until the reactor needs other data than it has.
	 * @return {@code false} if the client belongs to no engine
	 */
	boolean awaitChange() throws InterruptedException {
		synchronized (this.monitor) {
			while (this.namespace != null && !this.reactorData.isOutdated(this.namespace.view(), this.decorated)) {
				this.monitor.wait();
			}
			return this.namespace != null;
		}
	}

}
