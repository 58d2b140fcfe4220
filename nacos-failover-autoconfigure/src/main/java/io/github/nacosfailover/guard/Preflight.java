package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchGuard;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.probe.AddressProbe;
import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.PreflightReport.NamespacePreflight;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.report.SwitchPlan;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Compares the backups of the services in use with what the server lists, and refuses a
 * change of the switch that would make things worse.
 */
public final class Preflight implements SwitchGuard, AutoCloseable {

	private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(3);

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

	/** Counts at most between two looks at a service that is served. */
	private static final Duration LONGEST_LOOK = Duration.ofMinutes(3);

	private static final int CONCURRENT_QUESTIONS = 8;

	private final GuardSettings settings;

	private final ThreadPoolExecutor executor = DaemonThreads.executor("nacos-failover-preflight",
			CONCURRENT_QUESTIONS);

	private final LiveServices liveServices = new LiveServices(this.executor, SERVER_TIMEOUT);

	private final Map<FailoverNamespace, SettledLosses> settled = new ConcurrentHashMap<>();

	private final Map<FailoverNamespace, ServedWatch> watches = new ConcurrentHashMap<>();

	private final AddressProbe probe = new AddressProbe(PROBE_TIMEOUT);

	public Preflight(GuardSettings settings) {
		this.settings = settings;
	}

	@Override
	public Findings examine(Map<FailoverNamespace, Change> changes) {
		return examine(changes, true);
	}

	@Override
	public Findings examineMade(Map<FailoverNamespace, Change> changes) {
		return examine(changes, false);
	}

	private Findings examine(Map<FailoverNamespace, Change> changes, boolean all) {
		Map<FailoverNamespace, NamespaceFindings> found = look(changes.keySet(), this.liveServices::ask);
		Map<FailoverNamespace, Verdict> verdicts = new LinkedHashMap<>();
		Map<FailoverNamespace, Map<ServiceKey, Integer>> live = new LinkedHashMap<>();
		Map<String, NamespacePreflight> described = new LinkedHashMap<>();
		boolean refused = false;
		SwitchPlan changedPlan = null;
		for (Map.Entry<FailoverNamespace, Change> entry : changes.entrySet()) {
			FailoverNamespace namespace = entry.getKey();
			NamespaceFindings findings = found.get(namespace);
			if (findings != null) {
				boolean others = changes.entrySet()
					.stream()
					.anyMatch((other) -> other.getKey() != namespace && !other.getValue().after().served().isEmpty());
				Verdict verdict = findings.examine(entry.getValue(), others, all);
				SwitchPlan plan = changedPlan(entry.getValue(), findings);
				if (plan != null) {
					changedPlan = plan;
					verdict = stale(entry.getValue(), plan, verdict);
				}
				verdicts.put(namespace, verdict);
				live.put(namespace, findings.healthy());
				refused |= !verdict.allowed();
			}
		}
		if (refused && all) {
			found
				.forEach((namespace, findings) -> described.put(namespace.name(), describe(namespace, findings, null)));
		}
		return new Findings(verdicts, (refused && all) ? new PreflightReport(Instant.now(), described) : null, live,
				changedPlan);
	}

	/** The plan as of now, if that is not the one that the change is made by. */
	private static @Nullable SwitchPlan changedPlan(Change change, NamespaceFindings findings) {
		if (change.plan() == null) {
			return null;
		}
		SwitchPlan plan = findings.plan(change.before(), change.after(), null);
		return plan.id().equals(change.plan()) ? null : plan;
	}

	private static Verdict stale(Change change, SwitchPlan plan, Verdict verdict) {
		List<String> refused = new ArrayList<>();
		refused.add(("plan '%s' is not current: the switch, the backups or the live instances are not what it was made "
				+ "from; the plan is '%s' now")
			.formatted(change.plan(), plan.id()));
		refused.addAll(verdict.refused());
		return new Verdict(refused, verdict.warnings());
	}

	private Map<FailoverNamespace, NamespaceFindings> look(Collection<FailoverNamespace> namespaces,
			LiveServices.Asking asking) {
		Map<FailoverNamespace, NamespaceFindings> found = new LinkedHashMap<>();
		namespaces.forEach((namespace) -> found.put(namespace,
				new NamespaceFindings(namespace, this.settings, asking, settled(namespace))));
		return found;
	}

	private static NamespacePreflight describe(FailoverNamespace namespace, NamespaceFindings findings,
			@Nullable Map<String, Boolean> reachable) {
		View view = namespace.view();
		String obstacle = namespace.store().writeObstacle();
		Verdict on = findings.examine(change(view, true), false, true);
		// While it is off, there is nothing that would not be served any more.
		Verdict off = findings.examine(change(view, false), false, view.isActive());
		return findings.describe(
				with(obstacle, on).withPlan(findings.plan(view, change(view, true).after(), reachable)),
				with(obstacle, off).withPlan(findings.plan(view, change(view, false).after(), reachable)), reachable);
	}

	/** What cannot be written cannot be switched. */
	private static Verdict with(@Nullable String obstacle, Verdict verdict) {
		if (obstacle == null) {
			return verdict;
		}
		List<String> refused = new ArrayList<>(verdict.refused());
		refused.add("the switch cannot be written: " + obstacle);
		return new Verdict(refused, verdict.warnings());
	}

	/** A switch that is changed already is examined as if it were changed again. */
	private static Change change(View view, boolean on) {
		SwitchState state = view.failoverSwitch();
		View before = view.with(new SwitchState(!on, null, null, null, null, state.exceptions()));
		return new Change(before, view.with(new SwitchState(on, null, null, null, null, state.exceptions())));
	}

	/**
	 * Reports on namespaces. Reports that are made at the same time share their questions
	 * to the server, so any number of them are no load for it.
	 * @param namespaces the namespaces
	 * @param probe whether to try to connect to the instances of the backups
	 * @return the report
	 */
	public PreflightReport report(Collection<FailoverNamespace> namespaces, boolean probe) {
		Map<FailoverNamespace, NamespaceFindings> found = look(namespaces, this.liveServices::askShared);
		Map<String, Boolean> reachable = null;
		if (probe) {
			List<Instance> saved = new ArrayList<>();
			found.values().forEach((findings) -> saved.addAll(findings.saved()));
			Map<String, Boolean> answering = new HashMap<>();
			this.probe.probe(saved).forEach((address, result) -> answering.put(address, result == ProbeResult.ANSWERS));
			reachable = answering;
		}
		Map<String, NamespacePreflight> described = new LinkedHashMap<>();
		for (Map.Entry<FailoverNamespace, NamespaceFindings> entry : found.entrySet()) {
			described.put(entry.getKey().name(), describe(entry.getKey(), entry.getValue(), reachable));
		}
		return new PreflightReport(Instant.now(), described);
	}

	/**
	 * Compares some of the served services with what is live, and logs those that differ
	 * more and more.
	 * @param namespace the namespace
	 */
	void compareServed(FailoverNamespace namespace) {
		this.watches.computeIfAbsent(namespace, (key) -> new ServedWatch(key, this.liveServices, settled(key))).look();
	}

	private SettledLosses settled(FailoverNamespace namespace) {
		return this.settled.computeIfAbsent(namespace,
				(key) -> new SettledLosses(this.settings.settle(), LONGEST_LOOK));
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
