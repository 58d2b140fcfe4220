package io.github.nacosfailover.engine;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;

import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.event.SwitchAction;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownNamespaceException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.StageEndRequest;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.request.SwitchScope;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failover of one application context: its namespaces, each created with its first naming
 * client, and the changes of their switches.
 */
public final class FailoverEngine implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(FailoverEngine.class);

	private final SwitchRules rules;

	private final Namespaces namespaces;

	private final Faults faults = new Faults(logger, "application");

	private final Set<Supplier<List<Problem>>> otherProblems = new CopyOnWriteArraySet<>();

	private final FailoverListeners listeners = new FailoverListeners(this.faults);

	private final Switching switching;

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
	 * @param rules the guard and the patterns that apply
	 */
	public FailoverEngine(StoreFactory storeFactory, Supplier<Map<String, FailoverDataSource>> dataSources,
			SwitchRules rules) {
		this.rules = rules;
		this.switching = new Switching(rules, this.listeners::dispatch, this.faults);
		this.namespaces = new Namespaces(storeFactory, dataSources, this::create, this::opened, this.faults);
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
		return namespace(new ClientOrigin(name, directory), providers, null);
	}

	/**
	 * The namespace of a client, created if it is the first.
	 * @param origin which registry the client is for
	 * @param providers sources that other people have provided through the client's SPI,
	 * by name; those of the first client count
	 * @param client the client, {@code null} if its server is not needed
	 * @return the namespace, or {@code null} if this engine is closed
	 * @throws OtherServerException if the namespace has clients of another server, from
	 * which nothing tells this one apart; it has been listed as a problem
	 */
	public @Nullable FailoverNamespace namespace(ClientOrigin origin, Map<String, FailoverDataSource> providers,
			@Nullable NamespaceClient client) {
		return this.namespaces.open(origin, providers, client);
	}

	private FailoverNamespace create(String key, List<FailoverSource> sources) {
		FailoverNamespace namespace = new FailoverNamespace(key, sources, this.rules.patterns(),
				this.listeners.andThen(this.switching.external()::note));
		namespace.addProblems(this::problems);
		return namespace;
	}

	private void opened(FailoverNamespace namespace) {
		this.listeners.dispatch("namespaceOpened", (listener) -> listener.namespaceOpened(namespace));
		this.switching.external().noteOpened(namespace);
	}

	public Collection<FailoverNamespace> namespaces() {
		return this.namespaces.all();
	}

	/**
	 * Returns the namespaces of a name.
	 * @param name the name, {@code null} for all
	 * @return the namespaces
	 * @throws UnknownNamespaceException if there is none of that name
	 */
	public Collection<FailoverNamespace> namespaces(@Nullable String name) {
		return this.namespaces.named(name);
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
		StageRequest stage = request.stage();
		this.switching.carryOut(() -> namespaces(request.namespace()),
				() -> (stage != null)
						? SwitchChange.of(request).staged(StageStart.of(namespaces(request.namespace()), stage))
						: SwitchChange.of(request));
		if (request.waitTime() != null && request.scope() == SwitchScope.ALL) {
			Propagation.awaitFleet(namespaces(request.namespace()), request.waitTime());
		}
	}

	/**
	 * Ends failover of a namespace, or of a service in it, unless somebody has switched
	 * in the meantime.
	 * @param namespace the namespace
	 * @param objection returns why failover must not end any more, {@code null} if it
	 * may; called more than once
	 * @param end what to end
	 * @throws FailoverRefusedException if it was refused
	 */
	public void end(FailoverNamespace namespace, Supplier<@Nullable String> objection, SwitchEnd end) {
		this.switching.carryOut(() -> {
			String reason = objection.get();
			if (reason != null) {
				throw new FailoverRefusedException(List.of(reason));
			}
			return List.of(namespace);
		}, () -> SwitchChange.of(end));
	}

	/**
	 * Ends the stage of a switch before its time.
	 * @param request how it ends
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if no stage is running, or it was refused
	 */
	public void endStage(StageEndRequest request) {
		this.switching.stageEnds().endAll(namespaces(request.namespace()), request);
	}

	/**
	 * Ends the stage of a switch, or lets it end as soon as guards allow it.
	 * @param namespace the namespace
	 * @param end what is to become of it
	 * @throws FailoverRefusedException if it was refused, or another process was quicker
	 */
	public void endStage(FailoverNamespace namespace, StageEnd end) {
		this.switching.stageEnds().end(namespace, end);
	}

	/**
	 * Switches failover of one service, and waits until queries see it.
	 * @param request what to switch
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws UnknownServiceException if nobody knows the service
	 * @throws FailoverRefusedException if it was refused
	 */
	public void switchService(ServiceSwitchRequest request) {
		ServiceKey key = ServiceKey.parseLenient(request.service()).withoutClusters();
		this.switching.carryOut(() -> {
			List<FailoverNamespace> knowing = namespaces(request.namespace()).stream()
				.filter((namespace) -> namespace.knows(key))
				.toList();
			if (knowing.isEmpty()) {
				throw new UnknownServiceException(request.service(), similarServices(key, request.namespace()));
			}
			return knowing;
		}, () -> SwitchChange.of(key, request));
	}

	/**
	 * Returns services whose names are similar to an unknown one.
	 * @param key the service
	 * @param namespace the namespace, {@code null} for all
	 * @return their names, the most similar first
	 */
	public List<String> similarServices(ServiceKey key, @Nullable String namespace) {
		Set<String> known = new TreeSet<>();
		for (FailoverNamespace candidate : namespaces(namespace)) {
			candidate.used().forEach((service) -> known.add(service.toString()));
			candidate.view().backups().all().forEach((backup) -> known.add(backup.key().toString()));
		}
		return SimilarNames.of(key.toString(), known);
	}

	/**
	 * Returns the last changes of the switch.
	 * @param name the namespace, {@code null} for all
	 * @return the changes, newest first
	 * @throws UnknownNamespaceException if no client uses the namespace
	 */
	public List<SwitchChangedEvent> history(@Nullable String name) {
		return this.switching.recent(namespaces(name));
	}

	/**
	 * Records in the history what an operator has done to backups.
	 * @param namespace the namespace
	 * @param action the action
	 * @param by who
	 * @param origin the way it came
	 * @param detail the details
	 */
	public void recordBackups(FailoverNamespace namespace, SwitchAction action, String by, SwitchOrigin origin,
			String detail) {
		record(namespace, SwitchChangedEvent.ofBackups(namespace.name(), action, by, origin, detail));
	}

	/**
	 * Adds an entry to the history that is not a change of the switch.
	 * @param namespace the namespace
	 * @param entry the entry
	 */
	public void record(FailoverNamespace namespace, SwitchChangedEvent entry) {
		this.switching.recordBackups(namespace, entry);
	}

	/**
	 * Returns the guard and the patterns that apply.
	 * @return the rules
	 */
	public SwitchRules rules() {
		return this.rules;
	}

	/**
	 * Waits until the clients of namespaces see the current views. Decorated clients see
	 * them at once.
	 * @param targets the namespaces
	 */
	public void awaitApplied(Collection<FailoverNamespace> targets) {
		Propagation.awaitApplied(targets);
	}

	/**
	 * Adds problems that are listed for every namespace.
	 * @param problems supplies the current problems; must not block
	 */
	public void addProblems(Supplier<List<Problem>> problems) {
		this.otherProblems.add(problems);
	}

	private List<Problem> problems() {
		List<Problem> problems = Problem.listOf(this.faults);
		this.otherProblems.forEach((other) -> problems.addAll(other.get()));
		return problems;
	}

	/**
	 * Returns the faults of calls that must not harm failover, such as those of
	 * listeners.
	 * @return the faults, listed under the problems of each namespace
	 */
	public Faults faults() {
		return this.faults;
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
		this.switching.close(namespaces());
		this.namespaces.close();
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

		/**
		 * Opens the store of a namespace. Does not throw: a store that cannot work says
		 * so under its problems. What belongs to another namespace already is not opened.
		 * @param origin which registry the first client of the namespace is for
		 * @return the store
		 */
		default FailoverStore open(ClientOrigin origin) {
			return open(origin.name(), origin.directory());
		}

		void close(FailoverStore store);

		/**
		 * Opens the local files that take precedence over the store in this process.
		 * @param namespace the namespace
		 * @param directory the client's own failover directory
		 * @return the local files, or {@code null} if the store is local itself
		 */
		default @Nullable LocalOverride openLocal(String namespace, Path directory) {
			return null;
		}

		/**
		 * Opens the local files that take precedence over the store in this process.
		 * @param origin which registry the first client of the namespace is for
		 * @return the local files, or {@code null} if the store is local itself
		 */
		default @Nullable LocalOverride openLocal(ClientOrigin origin) {
			return openLocal(origin.name(), origin.directory());
		}

		default void close(LocalOverride local) {
		}

	}

}
