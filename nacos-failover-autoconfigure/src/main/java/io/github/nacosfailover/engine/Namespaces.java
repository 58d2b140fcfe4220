package io.github.nacosfailover.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.engine.FailoverEngine.StoreFactory;
import io.github.nacosfailover.exception.UnknownNamespaceException;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.PolledSource;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of an engine, with their sources and stores. Safe for use by any thread.
 */
final class Namespaces {

	private static final Logger logger = LoggerFactory.getLogger(FailoverEngine.class);

	private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

	private final StoreFactory storeFactory;

	private final Supplier<Map<String, FailoverDataSource>> dataSources;

	private final BiFunction<String, List<FailoverSource>, FailoverNamespace> creation;

	private final Consumer<FailoverNamespace> onOpened;

	private final Faults faults;

	private final Map<FailoverDataSource, PolledSource> polled = new ConcurrentHashMap<>();

	private final Map<String, FailoverNamespace> namespaces = new LinkedHashMap<>();

	private final NamespaceMembers members = new NamespaceMembers();

	private final List<FailoverStore> stores = new ArrayList<>();

	private final List<LocalOverride> locals = new ArrayList<>();

	private boolean closed;

	/**
	 * Creates none.
	 * @param storeFactory opens the store of a namespace
	 * @param dataSources the application's own sources by name, in order of precedence;
	 * asked for with the first namespace
	 * @param creation creates a namespace of its name and its sources
	 * @param onOpened is told of each new namespace, under the lock
	 * @param faults records what fails when they are closed
	 */
	Namespaces(StoreFactory storeFactory, Supplier<Map<String, FailoverDataSource>> dataSources,
			BiFunction<String, List<FailoverSource>, FailoverNamespace> creation, Consumer<FailoverNamespace> onOpened,
			Faults faults) {
		this.storeFactory = storeFactory;
		this.dataSources = dataSources;
		this.creation = creation;
		this.onOpened = onOpened;
		this.faults = faults;
	}

	/**
	 * The namespace of a client, opened if it is the first.
	 * @param origin which registry the client is for
	 * @param providers sources of the client's SPI, by name
	 * @param client the client, {@code null} if its server is not needed
	 * @return the namespace, or {@code null} after {@link #close}
	 * @throws OtherServerException if the namespace has clients of another server
	 */
	@Nullable FailoverNamespace open(ClientOrigin origin, Map<String, FailoverDataSource> providers,
			@Nullable NamespaceClient client) {
		this.members.awaitEndOfOtherServer(origin);
		synchronized (this.namespaces) {
			if (this.closed) {
				return null;
			}
			String key = this.members.key(origin);
			FailoverNamespace namespace = this.namespaces.get(key);
			Set<String> others = this.members.otherServer(key, origin);
			if (namespace != null && !others.isEmpty()) {
				OtherServerException refusal = new OtherServerException(key, origin, others);
				namespace
					.report(List.of(new Problem(origin.directory().toString(), String.valueOf(refusal.getMessage()))));
				throw refusal;
			}
			if (namespace == null) {
				namespace = create(key, origin, providers);
				this.namespaces.put(key, namespace);
				this.onOpened.accept(namespace);
			}
			this.members.add(key, origin, client);
			return namespace;
		}
	}

	private FailoverNamespace create(String key, ClientOrigin origin, Map<String, FailoverDataSource> providers) {
		List<FailoverSource> sources = new ArrayList<>();
		List<PolledSource> waiting = new ArrayList<>();
		this.dataSources.get().forEach((bean, source) -> waiting.add(poll(bean, source)));
		providers.forEach((provider, source) -> waiting.add(poll(provider, source)));
		long end = System.nanoTime() + FIRST_ANSWER.toNanos();
		waiting.forEach((source) -> source.awaitFirstAnswer(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
		sources.addAll(waiting);
		FailoverStore store = this.storeFactory.open(origin);
		this.stores.add(store);
		LocalOverride local = this.storeFactory.openLocal(origin);
		if (local != null) {
			this.locals.add(local);
			sources.add(local);
		}
		sources.add(store);
		FailoverNamespace namespace = this.creation.apply(key, sources);
		logger.info("Failover of namespace '{}': {}, sources {}, directory {}, {} backups", key,
				namespace.view().isOn() ? "ON" : "off", sources.stream().map(FailoverSource::name).toList(),
				store.location(), namespace.view().backups().size());
		return namespace;
	}

	private PolledSource poll(String name, FailoverDataSource source) {
		return this.polled.computeIfAbsent(source, (key) -> new PolledSource(name, source));
	}

	Collection<FailoverNamespace> all() {
		synchronized (this.namespaces) {
			return new ArrayList<>(this.namespaces.values());
		}
	}

	/**
	 * The namespaces of a name.
	 * @param name the name, {@code null} for all
	 * @return the namespaces
	 * @throws UnknownNamespaceException if there is none of that name
	 */
	Collection<FailoverNamespace> named(@Nullable String name) {
		if (name == null) {
			return all();
		}
		synchronized (this.namespaces) {
			FailoverNamespace found = this.namespaces.get(name);
			if (found == null) {
				throw new UnknownNamespaceException(name, this.namespaces.keySet(),
						SimilarNames.of(name, this.namespaces.keySet()));
			}
			return List.of(found);
		}
	}

	/** Closes them, and what they have been opened with. */
	void close() {
		synchronized (this.namespaces) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.namespaces.values().forEach((namespace) -> close(namespace::close));
			this.polled.values().forEach((source) -> close(source::close));
			this.stores.forEach((store) -> close(() -> this.storeFactory.close(store)));
			this.locals.forEach((local) -> close(() -> this.storeFactory.close(local)));
		}
	}

	/** A failure does not keep the rest from being closed. */
	private void close(Faults.Action action) {
		this.faults.run("closing", action);
	}

}
