package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InstanceChanges;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.StatusReport;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.LiveServices.Live;
import io.github.nacosfailover.report.PreflightReport.NamespacePreflight;
import io.github.nacosfailover.report.PreflightReport.Probe;
import io.github.nacosfailover.report.PreflightReport.ServicePreflight;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.report.ServiceComparison.InstanceStatus;
import io.github.nacosfailover.report.SwitchPlan;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import org.jspecify.annotations.Nullable;

/**
 * State of a namespace before its switch is changed: the services in use, their backups
 * and what the server lists, at one instant.
 */
final class NamespaceFindings {

	private static final int NAMED = 5;

	private final FailoverNamespace namespace;

	private final GuardSettings settings;

	private final LiveServices.Asking asking;

	private final SettledLosses settled;

	private final TreeSet<ServiceKey> used;

	/** The services that were in use before, {@code null} if nobody can tell. */
	private final @Nullable Set<ServiceKey> usedBefore;

	/** The services in use, also those from before that were not asked for again. */
	private final TreeSet<ServiceKey> inUse;

	private final Set<ServiceKey> asked = new HashSet<>();

	private final Map<ServiceKey, Live> live = new HashMap<>();

	private @Nullable ServerStatus serverStatus;

	NamespaceFindings(FailoverNamespace namespace, GuardSettings settings, LiveServices.Asking asking,
			SettledLosses settled) {
		this.namespace = namespace;
		this.settings = settings;
		this.asking = asking;
		this.settled = settled;
		this.usedBefore = namespace.usedBefore();
		this.used = new TreeSet<>(namespace.used());
		this.inUse = new TreeSet<>(this.used);
		if (this.usedBefore != null) {
			this.inUse.addAll(this.usedBefore);
		}
	}

	/** The server is asked only if that is needed: switching on must not wait for it. */
	private ServerStatus serverStatus() {
		ServerStatus status = this.serverStatus;
		if (status == null) {
			status = this.namespace.serverStatus();
			this.serverStatus = status;
		}
		return status;
	}

	/** Asks the server for services, each once. */
	private void ask(Collection<ServiceKey> keys) {
		Set<ServiceKey> open = new TreeSet<>();
		keys.forEach((key) -> open.add(key.withoutClusters()));
		open.removeAll(this.asked);
		if (!open.isEmpty() && !isDown()) {
			this.asked.addAll(open);
			this.live.putAll(this.asking.ask(this.namespace, open));
		}
	}

	private @Nullable Live live(ServiceKey key) {
		Live live = this.live.get(key.withoutClusters());
		return (live != null) ? live.in(key.clusters()) : null;
	}

	/**
	 * The numbers of healthy live instances of all services that the server was asked for
	 * and has answered.
	 */
	Map<ServiceKey, Integer> healthy() {
		Map<ServiceKey, Integer> healthy = new HashMap<>();
		this.live.forEach((key, live) -> healthy.put(key, (int) live.healthy()));
		return healthy;
	}

	private boolean isDown() {
		return serverStatus() == ServerStatus.DOWN;
	}

	/**
	 * Returns the verdict on a change.
	 * @param change the change
	 * @param others whether the change is one of several, of which others serve something
	 * @param all whether to ask the server for every service that would not be served any
	 * more, not only for those in use
	 * @return the verdict
	 */
	Verdict examine(Change change, boolean others, boolean all) {
		List<String> refused = new ArrayList<>();
		List<String> warnings = new ArrayList<>();
		if (change.after().isOn() && !change.before().isOn()) {
			examineBackups(change.after(), others, refused, warnings);
		}
		for (ServiceKey key : change.after().failoverSwitch().exceptions().keySet()) {
			if (change.after().isOn(key) && !change.before().isOn(key) && instances(change.after().served(), key) == 0
					&& !change.before().failoverSwitch().exceptions().containsKey(key)) {
				refused.add("there is nothing to serve: %s has no backup".formatted(key));
			}
		}
		if (turnsOff(change)) {
			examineLive(change, all, refused, warnings);
		}
		return new Verdict(refused, warnings);
	}

	private static boolean turnsOff(Change change) {
		return (change.before().isOn() && !change.after().isOn()) || change.before()
			.served()
			.all()
			.stream()
			.anyMatch((backup) -> change.after().served().find(backup.key()) == null);
	}

	private static int instances(BackupTable table, ServiceKey key) {
		BackupRef backup = table.find(key);
		return (backup != null) ? backup.instances() : 0;
	}

	private void examineBackups(View after, boolean others, List<String> refused, List<String> warnings) {
		List<ServiceKey> wanted = this.inUse.stream().filter(after::isOn).toList();
		List<ServiceKey> missing = wanted.stream().filter((key) -> instances(after.served(), key) == 0).toList();
		boolean nothing = after.served().all().stream().noneMatch((backup) -> backup.instances() > 0);
		if (nothing && !(others && wanted.isEmpty())) {
			refused.add("there is nothing to serve: no service that would be on has a backup; "
					+ "take a snapshot or write data files first");
			return;
		}
		if (missing.isEmpty()) {
			return;
		}
		double coverage = 1 - (double) missing.size() / wanted.size();
		String gap = "%d of %d services in use have no backup: %s".formatted(missing.size(), wanted.size(),
				name(missing));
		if (coverage < this.settings.minCoverage()) {
			refused.add("%s; at least %s must have one".formatted(gap, percent(this.settings.minCoverage())));
		}
		else {
			warnings.add(gap);
		}
	}

	private void examineLive(Change change, boolean all, List<String> refused, List<String> warnings) {
		if (isDown()) {
			refused.add("the server is down, so nothing would be found live");
			return;
		}
		// A backup without healthy instances has nothing to lose.
		List<BackupRef> ending = change.before()
			.served()
			.all()
			.stream()
			.filter((backup) -> change.after().served().find(backup.key()) == null)
			.filter((backup) -> all || isInUse(backup.key()))
			.filter((backup) -> backup.healthy() > 0)
			.toList();
		ask(ending.stream().map(BackupRef::key).toList());
		LiveComparison comparison = new LiveComparison(this.settings.minLive());
		for (BackupRef backup : ending) {
			Live found = live(backup.key());
			boolean changedForGood = found != null && !isInUse(backup.key())
					&& this.settled.hasSettled(backup.key(), found.healthy());
			comparison.add(backup, found, changedForGood);
		}
		if (comparison.isAllUnknown()) {
			refused.add(whyNobodyKnows());
		}
		refused.addAll(comparison.refused());
		warnings.addAll(comparison.warnings());
	}

	private boolean isInUse(ServiceKey key) {
		return this.usedBefore == null || this.inUse.contains(key.withoutClusters());
	}

	private String whyNobodyKnows() {
		if (!this.namespace.hasClients()) {
			return "this application has no naming client any more that could ask the server what is live; "
					+ "switch in one that has";
		}
		return (serverStatus() == ServerStatus.UNKNOWN)
				? "only clients that are not decorated use this namespace, and the server has told them nothing about "
						+ "these services since they were started"
				: "the server did not answer for any service; try again when it does";
	}

	static String percent(double share) {
		return String.format(Locale.ROOT, "%.0f %%", 100 * share);
	}

	static String name(Collection<?> all) {
		List<String> names = all.stream().limit(NAMED).map(Object::toString).toList();
		String text = String.join(", ", names);
		return (all.size() > NAMED) ? "%s and %d more".formatted(text, all.size() - NAMED) : text;
	}

	/**
	 * Returns the effects of a change of the switch by service.
	 * @param before the view there is
	 * @param after the view there would be
	 * @param reachable which instances accept connections, by address, {@code null} if
	 * that was not asked for
	 * @return the plan
	 */
	SwitchPlan plan(View before, View after, @Nullable Map<String, Boolean> reachable) {
		NamespacePlan plan = new NamespacePlan(this.namespace.name(), before, after, this.inUse);
		ask(plan.asked());
		return plan.describe(this::live, reachable);
	}

	/**
	 * Describes the namespace as it is now.
	 * @param on the verdict on switching on
	 * @param off the verdict on switching off
	 * @param reachable which instances accept connections, by address, {@code null} if
	 * that was not asked for
	 * @return the description
	 */
	NamespacePreflight describe(Verdict on, Verdict off, @Nullable Map<String, Boolean> reachable) {
		View view = this.namespace.view();
		List<String> missing = new ArrayList<>();
		Map<String, ServicePreflight> services = new TreeMap<>();
		ask(this.inUse);
		for (ServiceKey key : this.inUse) {
			if (instances(view.backups(), key) == 0) {
				missing.add(key.toString());
			}
			services.put(key.toString(), describe(view, key, reachable));
		}
		return new NamespacePreflight(view.isOn(), serverStatus().name(), on, off, this.inUse.size(),
				this.inUse.size() - missing.size(), missing, services);
	}

	private ServicePreflight describe(View view, ServiceKey key, @Nullable Map<String, Boolean> reachable) {
		BackupRef ref = view.backups().find(key);
		Backup backup = (ref != null) ? ref.get() : null;
		Map<String, Instance> saved = InstanceChanges
			.sortedByAddress((backup != null) ? backup.toServiceInfo().getHosts() : List.of());
		Live answer = live(key);
		Map<String, Instance> found = InstanceChanges
			.sortedByAddress((answer != null) ? answer.registered() : List.of());
		InstanceChanges changes = (answer != null) ? InstanceChanges.between(saved, found, InstanceStatus::of)
				: new InstanceChanges(List.of(), List.of(), List.of());
		Instant modified = (ref != null) ? ref.modified() : null;
		return new ServicePreflight(view.isOn(key), saved.size(), (ref != null) ? ref.healthy() : 0,
				StatusReport.source(this.namespace, ref), modified,
				(modified != null) ? Duration.between(modified, Instant.now()) : null,
				(answer != null) ? found.size() : null, (answer != null) ? (int) answer.healthy() : null,
				addresses(changes.added()), addresses(changes.removed()), addresses(changes.modified()),
				(reachable != null) ? probe(saved, reachable) : null);
	}

	private static List<String> addresses(List<Instance> instances) {
		return instances.stream().map(Instance::toInetAddr).toList();
	}

	private static Probe probe(Map<String, Instance> saved, Map<String, Boolean> reachable) {
		List<String> no = saved.keySet().stream().filter((name) -> Boolean.FALSE.equals(reachable.get(name))).toList();
		List<String> unknown = saved.keySet().stream().filter((name) -> !reachable.containsKey(name)).toList();
		return new Probe(saved.size() - no.size() - unknown.size(), no, unknown);
	}

	/**
	 * The instances of the backups of services in use.
	 * @return the instances
	 */
	List<Instance> saved() {
		List<Instance> all = new ArrayList<>();
		for (ServiceKey key : this.inUse) {
			BackupRef ref = this.namespace.view().backups().find(key);
			Backup backup = (ref != null) ? ref.get() : null;
			if (backup != null) {
				all.addAll(backup.toServiceInfo().getHosts());
			}
		}
		return all;
	}

}
