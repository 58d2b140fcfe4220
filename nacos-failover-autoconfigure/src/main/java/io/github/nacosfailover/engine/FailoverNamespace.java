package io.github.nacosfailover.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.SwitchLog;
import io.github.nacosfailover.thread.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failover of one Nacos namespace: joins its sources into a {@link View}, and counts what
 * is served. The view is read by queries without a lock and replaced under one.
 */
public final class FailoverNamespace {

	private static final Logger logger = LoggerFactory.getLogger(FailoverNamespace.class);

	private final String name;

	private final List<FailoverSource> sources;

	private final ServicePatterns patterns;

	private final FailoverListener listener;

	private final Runnable refresh = this::refresh;

	private final NamespaceClients clients;

	private final List<Problem> ownProblems = new CopyOnWriteArrayList<>();

	private final List<Supplier<List<Problem>>> otherProblems = new CopyOnWriteArrayList<>();

	private final RequestedServices asked = new RequestedServices();

	private final RememberedServices remembered;

	private final Faults faults;

	private final NamespaceReports reports;

	private volatile List<String> findings = List.of();

	private volatile View view;

	private boolean closed;

	FailoverNamespace(String name, List<FailoverSource> sources, ServicePatterns patterns, FailoverListener listener) {
		this.name = name;
		this.sources = List.copyOf(sources);
		this.patterns = patterns;
		this.listener = listener;
		this.remembered = new RememberedServices(name, store());
		this.faults = new Faults(logger, "namespace '%s'".formatted(name));
		this.reports = new NamespaceReports(this.faults);
		this.clients = new NamespaceClients(this.faults);
		// A source may call from its own thread at once: let it wait for the first view.
		synchronized (this) {
			this.sources.forEach((source) -> source.addListener(this.refresh));
			this.view = View.join(this.sources, patterns, null);
		}
	}

	public String name() {
		return this.name;
	}

	public List<FailoverSource> sources() {
		return this.sources;
	}

	/**
	 * The source that can be written: the last one.
	 * @return the store
	 */
	public FailoverStore store() {
		return (FailoverStore) this.sources.get(this.sources.size() - 1);
	}

	/**
	 * Returns the local files that take precedence over the store.
	 * @return the source before the store, or {@code null} if there are none
	 */
	public @Nullable LocalOverride local() {
		FailoverSource above = (this.sources.size() > 1) ? this.sources.get(this.sources.size() - 2) : null;
		return (above instanceof LocalOverride local) ? local : null;
	}

	/**
	 * Returns the history of the switch.
	 * @return the log of the store or of this process, {@code null} if there is none
	 */
	@Nullable SwitchLog switchLog() {
		LocalOverride local = local();
		SwitchLog log = store().switchLog();
		return (log != null || local == null) ? log : local.switchLog();
	}

	public View view() {
		return this.view;
	}

	/**
	 * Returns the faults of calls that must not harm this namespace.
	 * @return the faults, listed under its problems
	 */
	public Faults faults() {
		return this.faults;
	}

	/**
	 * Joins the sources anew and tells the clients if something has changed. Does not
	 * throw: the source that calls would take that for a failure of its own.
	 */
	synchronized void refresh() {
		if (!this.closed) {
			this.faults.run("joining of the sources", this::join);
		}
	}

	private void join() {
		View before = this.view;
		View after = View.join(this.sources, this.patterns, before);
		if (after.backups() == before.backups() && after.activeSource() == before.activeSource()
				&& after.failoverSwitch().equals(before.failoverSwitch())) {
			return;
		}
		this.view = after;
		this.clients.viewChanged();
		this.listener.viewChanged(this, before, after);
	}

	/**
	 * Changes what is served beside the switch, and tells the clients if that makes a
	 * difference to queries.
	 * @param change returns the adjustments from now on
	 */
	public synchronized void adjust(UnaryOperator<Adjustments> change) {
		View before = this.view;
		Adjustments adjustments = change.apply(before.adjustments());
		if (this.closed || adjustments.equals(before.adjustments())) {
			return;
		}
		View after = before.with(adjustments);
		this.view = after;
		if (after.answers() != before.answers()) {
			this.clients.viewChanged();
			this.listener.viewChanged(this, before, after);
		}
	}

	/**
	 * Returns the backup that answers a query.
	 * @param group the group of the service
	 * @param service its name without group
	 * @return the backup, or {@code null} if the query is to go its normal way
	 */
	public @Nullable Backup serving(String group, String service) {
		BackupRef found = this.view.answers().find(group, service);
		return (found != null) ? found.get() : null;
	}

	/**
	 * The counters of a service, created when it is first asked for, whatever comes of
	 * that.
	 * @param group the group of the service
	 * @param service its name without group
	 * @return its counters
	 */
	public ServiceUsage usage(String group, String service) {
		ServiceUsage found = this.asked.find(group, service);
		return (found != null) ? found : firstUsage(ServiceKey.of(group, service), false);
	}

	private ServiceUsage firstUsage(ServiceKey key, boolean answered) {
		boolean known = answered || this.view.backups().find(key) != null || this.remembered.known().contains(key);
		return this.asked.add(key, known, () -> {
			// Called by a query, which is none the worse for it.
			this.faults.run("first use of a service", () -> store().used(key));
			this.listener.serviceUsed(this, key);
		});
	}

	/**
	 * Records that the server has reported an instance of a service that was asked for.
	 * @param group the group of the service
	 * @param service its name without group
	 * @return the counters of the service
	 */
	public ServiceUsage known(String group, String service) {
		ServiceKey key = ServiceKey.of(group, service);
		ServiceUsage usage = firstUsage(key, true);
		becomesKnown(key, usage);
		return usage;
	}

	private void becomesKnown(ServiceKey key, ServiceUsage usage) {
		if (this.asked.becomesKnown(usage)) {
			this.listener.serviceUsed(this, key);
		}
	}

	/**
	 * Records that the server has probably reported something new about a service.
	 * @param key the service
	 */
	public void liveChanged(ServiceKey key) {
		this.listener.liveChanged(this, key);
	}

	/**
	 * The counters of a service.
	 * @param key the service
	 * @return its counters, or {@code null} if it was never asked for
	 */
	public @Nullable ServiceUsage usageIfAny(ServiceKey key) {
		return this.asked.find(key.group(), key.service());
	}

	/**
	 * All names that were asked for, also those that mean nothing to any source, of which
	 * there are 1000 at most.
	 * @return their keys
	 */
	public Collection<ServiceKey> asked() {
		return this.asked.all();
	}

	/**
	 * The services that were asked for since this process started, and that some source
	 * has known at some time.
	 * @return their keys
	 */
	public Collection<ServiceKey> used() {
		View view = this.view;
		Set<ServiceKey> before = this.remembered.known();
		List<ServiceKey> used = new ArrayList<>();
		for (ServiceKey key : this.asked.all()) {
			ServiceUsage usage = usageIfAny(key);
			if (usage != null && !usage.isKnown() && (view.backups().find(key) != null || before.contains(key))) {
				becomesKnown(key, usage);
			}
			if (usage != null && usage.isKnown()) {
				used.add(key);
			}
		}
		return used;
	}

	/**
	 * The services that were in use in the last 30 days, also before this process
	 * started, and by other processes that share the store. Reads the store.
	 * @return their keys, or {@code null} if nobody can tell
	 */
	public @Nullable Set<ServiceKey> usedBefore() {
		return this.remembered.read();
	}

	/**
	 * Whether a service was in use, and so compared with the server, today or yesterday,
	 * by this process or an earlier one, as far as that was read.
	 * @param key the service
	 * @return {@code false} if nobody knows
	 */
	public boolean wasUsedLately(ServiceKey key) {
		return this.remembered.isRecent(key);
	}

	/**
	 * The services without a backup among those that are in use, or were when that was
	 * last read.
	 * @return their keys
	 */
	public Collection<ServiceKey> missing() {
		Set<ServiceKey> missing = new TreeSet<>(this.remembered.known());
		missing.addAll(used());
		missing.removeIf((key) -> {
			BackupRef backup = this.view.backups().find(key);
			return backup != null && backup.instances() > 0;
		});
		return missing;
	}

	/**
	 * Remembers which services are in use, for the next start and for other processes.
	 * May block on I/O. What cannot be written is logged.
	 */
	public void rememberUsed() {
		this.remembered.add(used());
	}

	/**
	 * Whether a service means anything here: it has a backup, an exception, or was asked
	 * for, or the server knows it.
	 * @param key the service, whatever its clusters
	 * @return {@code true} if it does
	 */
	public boolean knows(ServiceKey key) {
		View now = this.view;
		if (now.backups().find(key) != null || now.failoverSwitch().exceptions().containsKey(key)
				|| usageIfAny(key) != null) {
			return true;
		}
		List<Instance> live = live(key);
		return live != null && !live.isEmpty();
	}

	/**
	 * Returns the findings of the guards at the last change of the switch.
	 * @return the findings
	 */
	public List<String> findings() {
		return this.findings;
	}

	void publishFindings(List<String> findings) {
		this.findings = List.copyOf(findings);
	}

	/**
	 * What others report about the services of this namespace.
	 * @return the reports
	 */
	public NamespaceReports reports() {
		return this.reports;
	}

	public void addClient(NamespaceClient client) {
		this.clients.add(client);
	}

	public void removeClient(NamespaceClient client) {
		this.clients.remove(client);
	}

	/**
	 * Lists problems that do not belong to a source.
	 * @param problems the problems
	 */
	public void report(Collection<Problem> problems) {
		problems.stream().filter((problem) -> !this.ownProblems.contains(problem)).forEach((problem) -> {
			this.ownProblems.add(problem);
			logger.warn("Failover of namespace '{}': {}: {}", this.name, problem.location(), problem.message());
		});
	}

	/**
	 * Adds a supplier of problems.
	 * @param problems supplies the current problems; must not block
	 */
	public void addProblems(Supplier<List<Problem>> problems) {
		this.otherProblems.add(problems);
	}

	/**
	 * Returns the problems of all sources and suppliers.
	 * @return the problems
	 */
	public List<Problem> problems() {
		List<Problem> problems = new ArrayList<>(this.ownProblems);
		this.otherProblems.forEach((other) -> add(problems, "problems", other));
		this.sources.forEach((source) -> add(problems, "problems of " + source.name(), source::problems));
		problems.addAll(Problem.listOf(this.faults));
		return problems;
	}

	private void add(List<Problem> problems, String whose, Supplier<List<Problem>> some) {
		List<Problem> found = this.faults.ask(whose, some::get);
		if (found != null) {
			problems.addAll(found);
		}
	}

	/**
	 * State of the server as the clients see it.
	 * @return the best status that any of them sees
	 */
	public ServerStatus serverStatus() {
		return this.clients.serverStatus();
	}

	/**
	 * What the server last reported about a service.
	 * @param key the service
	 * @return its instances, or {@code null} if no client knows
	 */
	public @Nullable List<Instance> live(ServiceKey key) {
		return this.clients.live(key);
	}

	/**
	 * What the server last reported to decorated clients about a service. Reads no file.
	 * @param key the service
	 * @return its instances, or {@code null} if no such client knows
	 */
	public @Nullable List<Instance> liveOfDecorated(ServiceKey key) {
		return this.clients.live(key, true);
	}

	/**
	 * Whether there are clients of which nobody knows what they are asked for.
	 * @return {@code true} if there is one that nobody decorates
	 */
	public boolean hasUncountedClients() {
		return this.clients.hasUncounted();
	}

	/**
	 * Whether the server has reported to a client about a service of which nobody knows
	 * what it is asked for.
	 * @param key the service
	 * @return {@code true} if such a client knows it
	 */
	public boolean isKnownToUncountedClients(ServiceKey key) {
		return this.clients.live(key, false) != null;
	}

	/**
	 * Asks the server for a service now, past every cache.
	 * @param key the service
	 * @return its instances, or {@code null} if no client can ask
	 * @throws NacosException if the server does not answer
	 */
	public @Nullable List<Instance> ask(ServiceKey key) throws NacosException {
		List<Instance> answer = this.clients.firstAnswer((client) -> client.ask(key));
		if (answer != null && !answer.isEmpty()) {
			ServiceUsage usage = usageIfAny(key);
			if (usage != null && !usage.isKnown()) {
				becomesKnown(key, usage);
			}
		}
		return answer;
	}

	/**
	 * Whether there is a client at all.
	 * @return {@code false} if nobody could ask the server
	 */
	public boolean hasClients() {
		return !this.clients.isEmpty();
	}

	/**
	 * Names of the services that the server has in a group, one page of them.
	 * @param page the page, from 1
	 * @param size size of a page
	 * @param group the group
	 * @return the names, or {@code null} if no client can ask
	 * @throws NacosException if the server does not answer
	 */
	public @Nullable List<String> servicesOfServer(int page, int size, String group) throws NacosException {
		return this.clients.firstAnswer((client) -> client.servicesOfServer(page, size, group));
	}

	boolean awaitApplied(Duration timeout) {
		return this.clients.awaitApplied(this.view, timeout);
	}

	/**
	 * Lets go of the sources. Decorated clients that are still used go their normal way.
	 */
	void close() {
		this.sources.forEach((source) -> source.removeListener(this.refresh));
		synchronized (this) {
			View last = this.view;
			this.closed = true;
			this.view = new View(last.version() + 1, SwitchState.OFF, last.activeSource(), this.patterns,
					last.backups(), BackupTable.EMPTY, Adjustments.NONE, BackupTable.EMPTY, Instant.now());
		}
	}

}
