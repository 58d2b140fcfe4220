package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.github.nacosfailover.PreflightReport.Verdict;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.SwitchGuard;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.SwitchGuard.Findings;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the switch of a namespace can end with nobody looking on. That takes more
 * than an operator needs: the server has been up for a while, two looks at all services
 * that are served have found no instance that is only coming back, and this process uses
 * the services that anybody is known to use.
 */
final class SafeEnd {

	/** Longer between two looks at the server, and nobody knows what was meanwhile. */
	private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(10).toNanos();

	private final FailoverNamespace namespace;

	private final SwitchGuard guard;

	private final LeaseTimes times;

	private @Nullable Long upSince;

	private long lastSeen;

	private @Nullable Look previous;

	SafeEnd(FailoverNamespace namespace, SwitchGuard guard, LeaseTimes times) {
		this.namespace = namespace;
		this.guard = guard;
		this.times = times;
	}

	/**
	 * Looks whether the server is there. To be called every second or so, whatever else
	 * takes time.
	 */
	void watchServer() {
		boolean up = "UP".equals(this.namespace.serverStatus());
		long now = System.nanoTime();
		synchronized (this) {
			if (!up) {
				this.upSince = null;
			}
			else if (this.upSince == null || now - this.lastSeen > LONGEST_GAP_NANOS) {
				this.upSince = now;
			}
			this.lastSeen = now;
		}
	}

	/** Forgets what was seen: the switch is off, or not over yet. */
	synchronized void startAgain() {
		this.previous = null;
	}

	/**
	 * Looks at all services that are served.
	 * @param view the view whose switch is to end
	 * @return why it cannot end now, empty if it can
	 */
	List<String> hindrances(View view) {
		Long up = upSince();
		if (up == null || System.nanoTime() - up < this.times.up().toNanos()) {
			return List.of("the server has not been up for %d s without a break".formatted(this.times.up().toSeconds()));
		}
		List<String> unused = whyOthersHaveToDecide(view);
		if (!unused.isEmpty()) {
			return unused;
		}
		SwitchState off = new SwitchState(false, null, null, null, null, view.failoverSwitch().exceptions());
		long at = System.nanoTime();
		Findings findings = this.guard.examine(Map.of(this.namespace, new Change(view, view.with(off))));
		Verdict verdict = findings.of(this.namespace);
		Look look = new Look(at, up, view.failoverSwitch(), findings.healthy(this.namespace));
		List<String> hindrances = new ArrayList<>(verdict.refused());
		hindrances.addAll(compareWithPrevious(look));
		if (!up.equals(upSince())) {
			hindrances.add("the server was away meanwhile");
		}
		return hindrances;
	}

	private synchronized @Nullable Long upSince() {
		return (System.nanoTime() - this.lastSeen > LONGEST_GAP_NANOS) ? null : this.upSince;
	}

	private synchronized List<String> compareWithPrevious(Look look) {
		Look previous = this.previous;
		if (previous == null || previous.upSince() != look.upSince()
				|| !previous.failoverSwitch().equals(look.failoverSwitch())) {
			this.previous = look;
			return List.of("all services have to be looked at once more");
		}
		if (look.at() - previous.at() < this.times.betweenLooks().toNanos()) {
			return List.of("all services have to be looked at once more");
		}
		this.previous = look;
		List<String> grown = look.healthy()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() > previous.healthy().getOrDefault(entry.getKey(), -1))
			.map((entry) -> "%s %s to %d".formatted(entry.getKey(),
					previous.healthy().containsKey(entry.getKey()) ? previous.healthy().get(entry.getKey()) : "unknown",
					entry.getValue()))
			.sorted()
			.toList();
		return grown.isEmpty() ? List.of()
				: List.of("live instances are still coming back: " + NamespaceFindings.name(grown));
	}

	/**
	 * A process that has just started, or uses other services, knows too little: it has
	 * no clients that have seen them come back.
	 */
	private List<String> whyOthersHaveToDecide(View view) {
		Set<ServiceKey> before = this.namespace.usedBefore();
		if (before == null) {
			return List.of("it cannot be read which services are in use");
		}
		Set<ServiceKey> served = new TreeSet<>();
		for (BackupRef backup : view.served().all()) {
			served.add(ServiceKey.of(backup.key().group(), backup.key().service()));
		}
		Set<ServiceKey> unused = new TreeSet<>(before);
		unused.retainAll(served);
		Set<ServiceKey> used = new TreeSet<>(this.namespace.used());
		unused.removeAll(used);
		if (!unused.isEmpty()) {
			return List.of(("services are in use that this process has not asked for since it was started: %s; "
					+ "a process that has may end it, or an operator")
				.formatted(NamespaceFindings.name(unused)));
		}
		used.retainAll(served);
		return (used.isEmpty() && !served.isEmpty())
				? List.of("this process has asked for none of the services that are served since it was started")
				: List.of();
	}

	/**
	 * What was found.
	 *
	 * @param at when, on a clock that only runs forward
	 * @param upSince since when the server was up
	 * @param failoverSwitch the switch then
	 * @param healthy numbers of healthy live instances
	 */
	private record Look(long at, long upSince, SwitchState failoverSwitch, Map<ServiceKey, Integer> healthy) {

	}

}
