package io.github.nacosfailover.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.FailoverRefusedException;
import io.github.nacosfailover.FailoverUnavailableException;
import io.github.nacosfailover.PreflightReport.Verdict;
import io.github.nacosfailover.ServiceSwitchRequest;
import io.github.nacosfailover.SwitchChanged;
import io.github.nacosfailover.SwitchOutcome;
import io.github.nacosfailover.SwitchRequest;
import io.github.nacosfailover.SwitchScope;
import io.github.nacosfailover.UnknownNamespaceException;
import io.github.nacosfailover.UnknownServiceException;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.PolledSource;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.UnavailableStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failover of one application context: its namespaces, which come into being with their
 * first naming client, and the switching of them.
 */
public final class FailoverEngine implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FailoverEngine.class);

	/** The longest pause a reactor of an undecorated client makes is 5 s. */
	private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(7);

	private static final long FLEET_POLL_MILLIS = 100;

	private static final Duration FIRST_ANSWER = Duration.ofSeconds(2);

	private final StoreFactory storeFactory;

	private final Supplier<Map<String, FailoverDataSource>> dataSources;

	private final SwitchRules rules;

	private final Map<FailoverDataSource, PolledSource> polled = new ConcurrentHashMap<>();

	private final Map<String, FailoverNamespace> namespaces = new LinkedHashMap<>();

	private final Map<String, Path> directories = new LinkedHashMap<>();

	private final List<FailoverStore> stores = new ArrayList<>();

	private final List<LocalOverride> locals = new ArrayList<>();

	private final List<FailoverListener> listeners = new CopyOnWriteArrayList<>();

	private final SwitchRecorder recorder = new SwitchRecorder(this::tell);

	private final ReentrantLock switching = new ReentrantLock();

	/** What this engine has last written, to know what somebody else has. */
	private final Map<FailoverNamespace, SwitchState> written = new ConcurrentHashMap<>();

	private final ThreadPoolExecutor foreignChanges = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), (task) -> {
				Thread thread = new Thread(task, "nacos-failover-history");
				thread.setDaemon(true);
				return thread;
			});

	private boolean closed;

	/**
	 * Creates the engine.
	 * @param storeFactory opens the store of a namespace
	 * @param dataSources the application's own sources by name, in order of precedence;
	 * asked for with the first namespace
	 */
	public FailoverEngine(StoreFactory storeFactory, Supplier<Map<String, FailoverDataSource>> dataSources) {
		this(storeFactory, dataSources, SwitchRules.NONE);
	}

	/**
	 * Creates the engine.
	 * @param storeFactory opens the store of a namespace
	 * @param dataSources the application's own sources by name, in order of precedence;
	 * asked for with the first namespace
	 * @param rules what holds for the switches
	 */
	public FailoverEngine(StoreFactory storeFactory, Supplier<Map<String, FailoverDataSource>> dataSources,
			SwitchRules rules) {
		this.storeFactory = storeFactory;
		this.dataSources = dataSources;
		this.rules = rules;
		this.foreignChanges.allowCoreThreadTimeOut(true);
	}

	/**
	 * The namespace of a client, created if it is the first.
	 * @param name the namespace
	 * @param directory the client's own failover directory
	 * @param providers sources that other people have provided through the client's SPI,
	 * by name; those of the first client count
	 * @return the namespace, or {@code null} if this engine is closed
	 */
	public @Nullable FailoverNamespace namespace(String name, Path directory,
			Map<String, FailoverDataSource> providers) {
		synchronized (this.namespaces) {
			if (this.closed) {
				return null;
			}
			String key = name;
			Path known = this.directories.get(key);
			if (known != null && !known.equals(directory)) {
				// The same namespace, kept in another place, perhaps of another server.
				key = "%s (%s)".formatted(name, directory);
			}
			FailoverNamespace namespace = this.namespaces.get(key);
			if (namespace == null) {
				namespace = create(key, name, directory, providers);
				this.namespaces.put(key, namespace);
				this.directories.put(key, directory);
				FailoverNamespace opened = namespace;
				tell((listener) -> listener.namespaceOpened(opened));
			}
			return namespace;
		}
	}

	private FailoverNamespace create(String key, String name, Path directory,
			Map<String, FailoverDataSource> providers) {
		List<FailoverSource> sources = new ArrayList<>();
		List<PolledSource> waiting = new ArrayList<>();
		this.dataSources.get().forEach((bean, source) -> waiting.add(poll(bean, source)));
		providers.forEach((provider, source) -> waiting.add(poll(provider, source)));
		long end = System.nanoTime() + FIRST_ANSWER.toNanos();
		waiting.forEach((source) -> source.awaitFirstAnswer(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
		sources.addAll(waiting);
		FailoverStore store = this.storeFactory.open(name, directory);
		this.stores.add(store);
		LocalOverride local = this.storeFactory.openLocal(name, directory);
		if (local != null) {
			this.locals.add(local);
			sources.add(local);
		}
		sources.add(store);
		FailoverNamespace namespace = new FailoverNamespace(key, sources, this.rules.patterns(), new Telling());
		logger.info("Failover of namespace '{}': {}, sources {}, directory {}, {} backups", key,
				namespace.view().isOn() ? "ON" : "off", sources.stream().map(FailoverSource::name).toList(),
				store.location(), namespace.view().backups().size());
		return namespace;
	}

	private PolledSource poll(String name, FailoverDataSource source) {
		return this.polled.computeIfAbsent(source, (key) -> new PolledSource(name, source));
	}

	public Collection<FailoverNamespace> namespaces() {
		synchronized (this.namespaces) {
			return new ArrayList<>(this.namespaces.values());
		}
	}

	/**
	 * The namespaces that a name stands for.
	 * @param name the name, {@code null} for all
	 * @return the namespaces
	 * @throws UnknownNamespaceException if there is none of that name
	 */
	public Collection<FailoverNamespace> namespaces(@Nullable String name) {
		if (name == null) {
			return namespaces();
		}
		synchronized (this.namespaces) {
			FailoverNamespace found = this.namespaces.get(name);
			if (found == null) {
				throw new UnknownNamespaceException(name, this.namespaces.keySet());
			}
			return List.of(found);
		}
	}

	/**
	 * Switches failover, and waits until queries see it.
	 * @param request what to switch
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it was refused
	 */
	public void switchFailover(SwitchRequest request) {
		if (request.enabled() == null && request.scope() != SwitchScope.LOCAL) {
			throw new IllegalArgumentException("'enabled' is neither true nor false; null is for the scope 'local'");
		}
		carryOut(() -> namespaces(request.namespace()), SwitchChange.of(request));
		if (request.waitTime() != null && request.scope() == SwitchScope.ALL) {
			awaitFleet(namespaces(request.namespace()), request.waitTime());
		}
	}

	/**
	 * Switches failover off in a namespace, unless somebody has switched in the meantime.
	 * @param namespace the namespace
	 * @param expected the view whose switch is to end
	 * @param request what to do
	 * @throws FailoverRefusedException if it was refused
	 */
	public void endSwitch(FailoverNamespace namespace, View expected, SwitchRequest request) {
		carryOut(() -> {
			if (!namespace.view().failoverSwitch().equals(expected.failoverSwitch())) {
				throw new FailoverRefusedException(List.of("it was switched in the meantime"));
			}
			return List.of(namespace);
		}, SwitchChange.of(request));
	}

	/**
	 * Switches failover of one service, and waits until queries see it.
	 * @param request what to switch
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws UnknownServiceException if nobody knows the service
	 * @throws FailoverRefusedException if it was refused
	 */
	public void switchService(ServiceSwitchRequest request) {
		ServiceKey named = ServiceKey.parseLenient(request.service());
		ServiceKey key = ServiceKey.of(named.group(), named.service());
		carryOut(() -> {
			List<FailoverNamespace> knowing = namespaces(request.namespace()).stream()
				.filter((namespace) -> namespace.knows(key))
				.toList();
			if (knowing.isEmpty()) {
				throw new UnknownServiceException(request.service());
			}
			return knowing;
		}, SwitchChange.of(key, request));
	}

	/** One at a time: the last one wins, and is the last in the history. */
	private void carryOut(Supplier<Collection<FailoverNamespace>> namespaces, SwitchChange change) {
		this.switching.lock();
		try {
			Collection<FailoverNamespace> targets = namespaces.get();
			refuseWhereImpossible(targets, change);
			Map<FailoverNamespace, SwitchGuard.Change> changes = new LinkedHashMap<>();
			targets.forEach((target) -> {
				View before = target.view();
				changes.put(target, new SwitchGuard.Change(before, before.with(after(target, change))));
			});
			if (change.force()) {
				// Whoever knows better must not wait for what would not keep them back.
				Written written = write(changes.keySet(), change);
				record(written, change, this.rules.guard().examine(changes));
				return;
			}
			SwitchGuard.Findings findings = this.rules.guard().examine(changes);
			if (!findings.allow()) {
				targets.forEach((target) -> recordRefusal(target, change, findings.of(target)));
				throw new FailoverRefusedException(reasons(targets, findings), findings.preflight());
			}
			record(write(changes.keySet(), change), change, findings);
		}
		finally {
			this.switching.unlock();
		}
	}

	private Written write(Collection<FailoverNamespace> targets, SwitchChange change) {
		long started = System.nanoTime();
		Map<FailoverNamespace, IOException> failures = new LinkedHashMap<>();
		Map<FailoverNamespace, View> before = new LinkedHashMap<>();
		for (FailoverNamespace target : targets) {
			before.put(target, target.view());
			try {
				write(target, change);
			}
			catch (IOException ex) {
				failures.put(target, ex);
			}
		}
		awaitApplied(targets);
		Duration took = Duration.ofNanos(System.nanoTime() - started);
		before.forEach((target, view) -> tellApplied(target, view, target.view()));
		return new Written(before, failures, took);
	}

	private void record(Written written, SwitchChange change, SwitchGuard.Findings findings) {
		written.before().forEach((target, before) -> {
			Verdict verdict = findings.of(target);
			IOException failure = written.failures().get(target);
			if (failure != null) {
				this.recorder.record(target, change.toEvent(target, before, SwitchOutcome.REFUSED,
						List.of(String.valueOf(failure.getMessage()))), null);
				return;
			}
			target.tellFindings(verdict.all());
			this.recorder.record(
					target, change.toEvent(target, before,
							verdict.allowed() ? SwitchOutcome.APPLIED : SwitchOutcome.FORCED, verdict.all()),
					written.took());
		});
		if (!written.failures().isEmpty()) {
			List<String> reasons = new ArrayList<>();
			written.failures()
				.forEach((target, failure) -> reasons
					.add("namespace '%s': %s".formatted(target.name(), failure.getMessage())));
			throw written.failures().values().stream().anyMatch(UnavailableStoreException.class::isInstance)
					? new FailoverUnavailableException(reasons) : new FailoverRefusedException(reasons);
		}
	}

	private void write(FailoverNamespace target, SwitchChange change) throws IOException {
		LocalOverride local = target.local();
		if (change.scope() == SwitchScope.LOCAL && local != null) {
			SwitchState state = after(target, change);
			this.written.put(target, state);
			if (change.isFollow()) {
				local.removeSwitch();
			}
			else {
				local.writeSwitch(state);
			}
			return;
		}
		target.store().changeSwitch((known) -> {
			SwitchState state = change.applyTo(known);
			this.written.put(target, state);
			return state;
		});
	}

	/** The switch that a change leads to, as far as can be told before it is written. */
	private static SwitchState after(FailoverNamespace target, SwitchChange change) {
		if (change.isFollow()) {
			SwitchState shared = target.store().state().failoverSwitch();
			return (shared != null) ? shared : SwitchState.OFF;
		}
		return change.applyTo(target.view().failoverSwitch());
	}

	/** Waits without the lock: other switches may be more urgent. */
	private static void awaitFleet(Collection<FailoverNamespace> targets, Duration timeout) {
		long end = System.nanoTime() + timeout.toNanos();
		for (FailoverNamespace target : targets) {
			FleetState fleet = target.store().fleet();
			while (fleet != null && !fleet.lagging().isEmpty() && System.nanoTime() < end) {
				try {
					TimeUnit.MILLISECONDS.sleep(FLEET_POLL_MILLIS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return;
				}
				fleet = target.store().fleet();
			}
		}
	}

	private void refuseWhereImpossible(Collection<FailoverNamespace> targets, SwitchChange change) {
		List<String> reasons = new ArrayList<>();
		if (targets.isEmpty()) {
			reasons.add("No Nacos naming client has been created in this application yet, so there is nothing to "
					+ "switch; the switch file can be written by hand");
		}
		for (FailoverNamespace target : targets) {
			String reason = whyImpossible(target, change);
			if (reason != null) {
				reasons.add("namespace '%s': %s".formatted(target.name(), reason));
				recordRefusal(target, change, new Verdict(List.of(reason), List.of()));
			}
		}
		if (!reasons.isEmpty()) {
			throw new FailoverRefusedException(reasons);
		}
	}

	private static @Nullable String whyImpossible(FailoverNamespace target, SwitchChange change) {
		FailoverSource governor = target.view().governor();
		LocalOverride local = target.local();
		if (change.scope() == SwitchScope.LOCAL) {
			if (local == null) {
				return "the store '%s' is not shared, so 'scope' means nothing; leave it out"
					.formatted(target.store().name());
			}
			return (governor != target.store() && governor != local) ? readOnly(governor) : null;
		}
		if (governor == local) {
			return "this instance has a switch of its own in %s; undo it first with {\"enabled\": null, \"scope\": "
				.formatted(governor.location()) + "\"local\"}, or change it with \"scope\": \"local\"";
		}
		return (governor != target.store()) ? readOnly(governor) : null;
	}

	private static String readOnly(FailoverSource governor) {
		return "source '%s' (%s) governs the switch and is read-only; switch it there".formatted(governor.name(),
				governor.type());
	}

	private void recordRefusal(FailoverNamespace target, SwitchChange change, Verdict verdict) {
		this.recorder.record(target, change.toEvent(target, target.view(), SwitchOutcome.REFUSED, verdict.all()), null);
	}

	private static List<String> reasons(Collection<FailoverNamespace> targets, SwitchGuard.Findings findings) {
		List<String> reasons = new ArrayList<>();
		targets.forEach((target) -> findings.of(target)
			.refused()
			.forEach((reason) -> reasons.add("namespace '%s': %s".formatted(target.name(), reason))));
		return reasons;
	}

	/**
	 * Takes note of a view that nobody has asked this engine for. Called under the lock
	 * of the namespace, so that the rest is left to another thread.
	 */
	private void noteForeignChange(FailoverNamespace namespace, View before, View after) {
		if (after.failoverSwitch().equals(before.failoverSwitch())
				|| after.failoverSwitch().equals(this.written.get(namespace))) {
			return;
		}
		this.written.remove(namespace);
		try {
			this.foreignChanges.execute(() -> recordForeignChange(namespace, before, after));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The context is closing, the change is not recorded any more");
		}
	}

	private void recordForeignChange(FailoverNamespace namespace, View before, View after) {
		if (ForeignChange.between(namespace, before, after, List.of()).isEmpty()) {
			return;
		}
		SwitchGuard.Findings findings = this.rules.guard()
			.examine(Map.of(namespace, new SwitchGuard.Change(before, after)));
		List<String> all = findings.of(namespace).all();
		if (namespace.view().failoverSwitch().equals(after.failoverSwitch())) {
			namespace.tellFindings(all);
		}
		ForeignChange.between(namespace, before, after, all)
			.forEach((change) -> this.recorder.record(namespace, change, null));
	}

	/**
	 * The last changes of the switch.
	 * @param name the namespace, {@code null} for all
	 * @return the changes, newest first
	 * @throws UnknownNamespaceException if no client uses the namespace
	 */
	public List<SwitchChanged> history(@Nullable String name) {
		return this.recorder.recent(namespaces(name));
	}

	/**
	 * What holds for the switches.
	 * @return the rules
	 */
	public SwitchRules rules() {
		return this.rules;
	}

	/**
	 * Waits until the clients of namespaces see the views of now. Decorated ones do at
	 * once.
	 * @param targets the namespaces
	 */
	public void awaitApplied(Collection<FailoverNamespace> targets) {
		long end = System.nanoTime() + APPLY_TIMEOUT.toNanos();
		for (FailoverNamespace target : targets) {
			if (!target.awaitApplied(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
				logger.warn("Failover of namespace '{}': a client has not taken the change within {} s", target.name(),
						APPLY_TIMEOUT.toSeconds());
			}
		}
	}

	private void tellApplied(FailoverNamespace namespace, View before, View after) {
		if (before != after) {
			tell((listener) -> listener.viewApplied(namespace, before, after));
		}
	}

	private void tell(Consumer<FailoverListener> event) {
		this.listeners.forEach((listener) -> {
			try {
				event.accept(listener);
			}
			catch (RuntimeException | LinkageError ex) {
				logger.error("Failover: the listener {} failed", listener, ex);
			}
		});
	}

	/**
	 * Adds a listener to all namespaces, those of later clients included.
	 * @param listener the listener
	 */
	public void addListener(FailoverListener listener) {
		this.listeners.add(listener);
	}

	public void removeListener(FailoverListener listener) {
		this.listeners.remove(listener);
	}

	@Override
	public void close() {
		synchronized (this.namespaces) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.foreignChanges.shutdown();
			this.namespaces.values().forEach(FailoverNamespace::close);
			this.polled.values().forEach(PolledSource::close);
			this.stores.forEach(this.storeFactory::close);
			this.locals.forEach(this.storeFactory::close);
		}
	}

	/** Tells all listeners. */
	private final class Telling implements FailoverListener {

		@Override
		public void viewChanged(FailoverNamespace namespace, View before, View after) {
			tell((listener) -> listener.viewChanged(namespace, before, after));
			noteForeignChange(namespace, before, after);
		}

		@Override
		public void serviceUsed(FailoverNamespace namespace, ServiceKey key) {
			tell((listener) -> listener.serviceUsed(namespace, key));
		}

		@Override
		public void liveChanged(FailoverNamespace namespace, ServiceKey key) {
			tell((listener) -> listener.liveChanged(namespace, key));
		}

	}

	/** Opens the stores of namespaces. */
	public interface StoreFactory {

		/**
		 * Opens the store of a namespace. Does not throw: a store that cannot work says
		 * so under its problems.
		 * @param namespace the namespace
		 * @param directory the client's own failover directory
		 * @return the store
		 */
		FailoverStore open(String namespace, Path directory);

		void close(FailoverStore store);

		/**
		 * Opens what is on top of the store for this process alone.
		 * @param namespace the namespace
		 * @param directory the client's own failover directory
		 * @return the hand on top, or {@code null} if the store is of this process alone
		 * anyway
		 */
		default @Nullable LocalOverride openLocal(String namespace, Path directory) {
			return null;
		}

		default void close(LocalOverride local) {
		}

	}

	/**
	 * What came of writing a switch.
	 *
	 * @param before the views there were
	 * @param failures why it could not be written
	 * @param took how long it took to be applied
	 */
	private record Written(Map<FailoverNamespace, View> before, Map<FailoverNamespace, IOException> failures,
			Duration took) {

	}

}
