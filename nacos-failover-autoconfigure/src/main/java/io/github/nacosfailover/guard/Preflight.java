package io.github.nacosfailover.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.PreflightReport;
import io.github.nacosfailover.PreflightReport.NamespacePreflight;
import io.github.nacosfailover.PreflightReport.Verdict;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchGuard;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.thread.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * Looks before anybody leaps: compares the backups of the services in use with what the
 * server says, and refuses a change of the switch that would make things worse.
 */
public final class Preflight implements SwitchGuard, AutoCloseable {

	private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(3);

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

	private static final int CONCURRENT_QUESTIONS = 8;

	private final GuardSettings settings;

	private final ExecutorService executor = DaemonThreads.executor("nacos-failover-preflight", CONCURRENT_QUESTIONS);

	private final LiveServices liveServices = new LiveServices(this.executor, SERVER_TIMEOUT);

	private final AddressProbe probe = new AddressProbe(PROBE_TIMEOUT);

	public Preflight(GuardSettings settings) {
		this.settings = settings;
	}

	@Override
	public Findings examine(Map<FailoverNamespace, Change> changes) {
		Map<FailoverNamespace, NamespaceFindings> found = look(changes.keySet());
		Map<FailoverNamespace, Verdict> verdicts = new LinkedHashMap<>();
		Map<String, NamespacePreflight> described = new LinkedHashMap<>();
		boolean refused = false;
		for (Map.Entry<FailoverNamespace, Change> entry : changes.entrySet()) {
			FailoverNamespace namespace = entry.getKey();
			NamespaceFindings findings = found.get(namespace);
			if (findings != null) {
				boolean others = changes.entrySet()
					.stream()
					.anyMatch((other) -> other.getKey() != namespace && !other.getValue().after().served().isEmpty());
				Verdict verdict = findings.examine(entry.getValue(), others);
				verdicts.put(namespace, verdict);
				refused |= !verdict.allowed();
			}
		}
		if (refused) {
			found
				.forEach((namespace, findings) -> described.put(namespace.name(), describe(namespace, findings, null)));
		}
		return new Findings(verdicts, refused ? new PreflightReport(Instant.now(), described) : null);
	}

	private Map<FailoverNamespace, NamespaceFindings> look(Collection<FailoverNamespace> namespaces) {
		Map<FailoverNamespace, NamespaceFindings> found = new LinkedHashMap<>();
		namespaces.forEach((namespace) -> found.put(namespace,
				new NamespaceFindings(namespace, this.settings, this.liveServices)));
		return found;
	}

	private static NamespacePreflight describe(FailoverNamespace namespace, NamespaceFindings findings,
			@Nullable Map<String, Boolean> reachable) {
		View view = namespace.view();
		return findings.describe(findings.examine(change(view, true), false),
				findings.examine(change(view, false), false), reachable);
	}

	/** A switch that is thrown already is examined as if it were thrown again. */
	private static Change change(View view, boolean on) {
		SwitchState state = view.failoverSwitch();
		View before = view.with(new SwitchState(!on, null, null, null, null, state.exceptions()));
		return new Change(before, view.with(new SwitchState(on, null, null, null, null, state.exceptions())));
	}

	/**
	 * Reports on namespaces.
	 * @param namespaces the namespaces
	 * @param probe whether to try to connect to the instances of the backups
	 * @return the report
	 */
	public PreflightReport report(Collection<FailoverNamespace> namespaces, boolean probe) {
		Map<FailoverNamespace, NamespaceFindings> found = look(namespaces);
		Map<String, Boolean> reachable = null;
		if (probe) {
			List<Instance> saved = new ArrayList<>();
			found.values().forEach((findings) -> saved.addAll(findings.saved()));
			reachable = this.probe.probe(saved);
		}
		Map<String, NamespacePreflight> described = new LinkedHashMap<>();
		for (Map.Entry<FailoverNamespace, NamespaceFindings> entry : found.entrySet()) {
			described.put(entry.getKey().name(), describe(entry.getKey(), entry.getValue(), reachable));
		}
		return new PreflightReport(Instant.now(), described);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
