package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.InstanceChanges;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.FailoverStatus.FleetStatus;
import io.github.nacosfailover.report.FailoverStatus.NamespaceStatus;
import io.github.nacosfailover.report.FailoverStatus.PageStatus;
import io.github.nacosfailover.report.FailoverStatus.ProblemStatus;
import io.github.nacosfailover.report.FailoverStatus.ServiceStatus;
import io.github.nacosfailover.report.FailoverStatus.SourceStatus;
import io.github.nacosfailover.report.FailoverStatus.StageStatus;
import io.github.nacosfailover.report.FailoverStatus.SwitchStatus;
import io.github.nacosfailover.report.ServiceComparison;
import io.github.nacosfailover.report.ServiceComparison.InstanceStatus;
import io.github.nacosfailover.request.StatusRequest;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.StagedFleet;
import org.jspecify.annotations.Nullable;

/**
 * Describes the state of an engine to people.
 */
public final class StatusReport {

	private StatusReport() {
	}

	/**
	 * Describes all services.
	 * @param engine the engine
	 * @return its state
	 */
	public static FailoverStatus of(FailoverEngine engine) {
		return of(engine, engine.namespaces(), null);
	}

	/**
	 * Describes some services.
	 * @param engine the engine
	 * @param request which ones
	 * @return the state of the engine, with these services
	 */
	public static FailoverStatus of(FailoverEngine engine, StatusRequest request) {
		return of(engine, engine.namespaces(request.namespace()), request);
	}

	private static FailoverStatus of(FailoverEngine engine, Collection<FailoverNamespace> described,
			@Nullable StatusRequest request) {
		Map<String, NamespaceStatus> namespaces = new LinkedHashMap<>();
		boolean enabled = true;
		for (FailoverNamespace namespace : described) {
			NamespaceStatus status = describe(namespace, engine.rules(), request);
			enabled &= status.enabled();
			namespaces.put(namespace.name(), status);
		}
		return new FailoverStatus(enabled && !namespaces.isEmpty(), namespaces);
	}

	private static NamespaceStatus describe(FailoverNamespace namespace, SwitchRules rules,
			@Nullable StatusRequest request) {
		View view = namespace.view();
		SwitchState state = view.failoverSwitch();
		Collection<ServiceKey> all = services(namespace, view, request);
		return new NamespaceStatus(view.isOn(), namespace.serverStatus().name(),
				new SwitchStatus(view.activeSource().name(), state.at(), state.by(), state.reason(), state.until(),
						rules.isOverdue(view), namespace.findings()),
				describeExceptions(state), view.patterns().include(), view.patterns().exclude(),
				namespace.sources()
					.stream()
					.map((source) -> new SourceStatus(source.name(), source.type(), source.location(),
							source.isWritable()))
					.toList(),
				describeFleet(namespace), namespace.reports().drill(), namespace.reports().whenSafe(),
				describeStage(namespace),
				(request != null) ? new PageStatus(all.size(), request.offset(), request.limit()) : null,
				describe(namespace, view, all, request),
				namespace.problems()
					.stream()
					.map((problem) -> new ProblemStatus(problem.location(), problem.message()))
					.toList());
	}

	/**
	 * Describes the stage of the shared switch of a namespace.
	 * @param namespace the namespace
	 * @return the stage, {@code null} if there is none
	 */
	public static @Nullable StageStatus describeStage(FailoverNamespace namespace) {
		SwitchState shared = namespace.store().state().failoverSwitch();
		SwitchStage stage = (shared != null) ? shared.stage() : null;
		StagedFleet fleet = namespace.store().stagedFleet();
		if (stage == null || fleet == null) {
			return null;
		}
		return new StageStatus(stage.state().toString(), stage.to().enabled(), stage.share() + "%", stage.hold(),
				stage.since(), stage.until(), stage.to().by(), stage.to().reason(), stage.instances(), stage.members(),
				stage.members().contains(fleet.instance()), stage.detail());
	}

	private static Map<String, Boolean> describeExceptions(SwitchState state) {
		Map<String, Boolean> exceptions = new TreeMap<>();
		state.exceptions().forEach((key, enabled) -> exceptions.put(key.toString(), enabled));
		return exceptions;
	}

	private static @Nullable FleetStatus describeFleet(FailoverNamespace namespace) {
		FleetState fleet = namespace.store().fleet();
		return (fleet != null) ? new FleetStatus(fleet.instances(), fleet.applied(), fleet.lagging()) : null;
	}

	private static Collection<ServiceKey> services(FailoverNamespace namespace, View view,
			@Nullable StatusRequest request) {
		TreeSet<ServiceKey> keys = new TreeSet<>(namespace.asked());
		view.backups().all().forEach((backup) -> keys.add(backup.key()));
		if (request != null) {
			keys.removeIf((key) -> !request.matches(key.toString()));
		}
		return keys;
	}

	private static Map<String, ServiceStatus> describe(FailoverNamespace namespace, View view,
			Collection<ServiceKey> keys, @Nullable StatusRequest request) {
		Stream<ServiceKey> described = (request != null) ? keys.stream().skip(request.offset()).limit(request.limit())
				: keys.stream();
		Map<String, ServiceStatus> services = new LinkedHashMap<>();
		described.forEach((key) -> services.put(key.toString(), describe(namespace, view, key)));
		return services;
	}

	private static ServiceStatus describe(FailoverNamespace namespace, View view, ServiceKey key) {
		BackupRef backup = view.backups().find(key);
		ServiceUsage usage = namespace.usageIfAny(key);
		Instant last = (usage != null) ? usage.last() : null;
		String next = (last != null) ? servedFrom(view, key) : null;
		String before = (usage != null && last != null) ? servedFrom(usage.isLastFromBackup()) : null;
		return new ServiceStatus(view.isOn(key), (backup != null) ? backup.instances() : 0,
				(backup != null) ? backup.healthy() : 0, source(namespace, backup),
				(backup != null) ? backup.modified() : null, next, before, (usage != null) ? usage.fromBackup() : 0,
				(usage != null) ? usage.fromLive() : 0, last, namespace.reports().detector(key),
				namespace.reports().liveness(key));
	}

	private static String servedFrom(View view, ServiceKey key) {
		if (view.isHeld(key)) {
			return "hold";
		}
		return servedFrom(view.answers().find(key) != null);
	}

	private static String servedFrom(boolean backup) {
		return backup ? "failover" : "live";
	}

	/**
	 * Name of the source that a backup is from.
	 * @param namespace the namespace
	 * @param backup the backup
	 * @return the name, or {@code null} if there is no backup
	 */
	public static @Nullable String source(FailoverNamespace namespace, @Nullable BackupRef backup) {
		if (backup == null || backup.instances() == 0) {
			return null;
		}
		for (FailoverSource source : namespace.sources()) {
			if (source.state().backups().find(backup.key()) == backup) {
				return source.name();
			}
		}
		return null;
	}

	/**
	 * Compares the backup of a service with what the server last reported.
	 * @param namespace the namespace
	 * @param key the service
	 * @return the comparison, or {@code null} if neither knows the service
	 */
	public static @Nullable ServiceComparison compare(FailoverNamespace namespace, ServiceKey key) {
		BackupRef found = namespace.view().backups().find(key);
		Backup backup = (found != null) ? found.get() : null;
		List<Instance> live = namespace.live(key);
		if (backup == null && (live == null || live.isEmpty())) {
			return null;
		}
		Map<String, Instance> before = InstanceChanges
			.sortedByAddress((backup != null) ? backup.toServiceInfo().getHosts() : List.of());
		Map<String, Instance> after = InstanceChanges.sortedByAddress((live != null) ? live : List.of());
		InstanceChanges changes = InstanceChanges.between(before, after, InstanceStatus::of);
		return new ServiceComparison(key.toString(), namespace.name(), describe(before.values()),
				describe(after.values()), describe(changes.added()), describe(changes.removed()),
				describe(changes.modified()));
	}

	private static List<InstanceStatus> describe(Collection<Instance> instances) {
		return instances.stream().map(InstanceStatus::of).toList();
	}

}
