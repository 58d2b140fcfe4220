package io.github.nacosfailover.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.ServiceUsage;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.DetectorStatus;
import io.github.nacosfailover.report.LivenessStatus;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is that applies a change of the switch before the others.
 *
 * @param failedCalls number of calls that have failed since the start
 * @param notUp health indicators that are not up
 * @param problems what an operator should put right
 * @param suspects services of which the server lists too few instances
 * @param dead served services of which most instances accept no connection
 * @param inVain numbers of queries that have failed or found no instance, by service
 * @param lastInVain services of which the last query was one of those
 * @param serverGone whether the server is needed, and not up
 */
record StageFigures(long failedCalls, Set<String> notUp, Set<String> problems, Set<String> suspects, Set<String> dead,
		Map<String, Long> inVain, Set<String> lastInVain, boolean serverGone) {

	/** As many failed calls abort a drill. */
	private static final long MAX_FAILED = 5;

	private static final int MAX_NAMES = 3;

	/**
	 * The figures of now.
	 * @param namespace the namespace
	 * @param health what is known beside it
	 * @return the figures
	 */
	static StageFigures of(FailoverNamespace namespace, ProcessHealth health) {
		Set<String> problems = new TreeSet<>();
		namespace.problems().forEach((problem) -> problems.add(problem.location() + ": " + problem.message()));
		View view = namespace.view();
		boolean up = namespace.serverStatus() == ServerStatus.UP;
		Set<String> suspects = new TreeSet<>();
		Map<String, Long> inVain = new HashMap<>();
		Set<String> lastInVain = new TreeSet<>();
		for (ServiceKey key : namespace.used()) {
			// What a server that is down takes away is the reason to switch on.
			if (up && !view.isOn(key) && isSuspect(namespace.reports().detector(key))) {
				suspects.add(key.toString());
			}
			ServiceUsage usage = namespace.usageIfAny(key);
			if (usage != null && usage.inVain() > 0) {
				inVain.put(key.toString(), usage.inVain());
				if (usage.isLastInVain()) {
					lastInVain.add(key.toString());
				}
			}
		}
		Set<String> dead = new TreeSet<>();
		for (BackupRef backup : view.served().all()) {
			LivenessStatus liveness = namespace.reports().liveness(backup.key());
			// If everything is silent, that is probably a fault of this host's network.
			if (liveness != null
					&& liveness.refused() + (liveness.frozen() ? 0 : liveness.silent()) > liveness.answers()) {
				dead.add(backup.key().toString());
			}
		}
		return new StageFigures(health.failedCalls().getAsLong(), new TreeSet<>(health.notUp().get()), problems,
				suspects, dead, inVain, lastInVain, !view.isOn() && !up);
	}

	private static boolean isSuspect(@Nullable DetectorStatus status) {
		return status != null && status.state() != DetectorState.NORMAL && status.state() != DetectorState.RECOVERING;
	}

	/**
	 * The same figures with another number of failed calls.
	 * @param failedCalls the number
	 * @return the figures
	 */
	StageFigures withFailedCalls(long failedCalls) {
		return new StageFigures(failedCalls, this.notUp, this.problems, this.suspects, this.dead, this.inVain,
				this.lastInVain, this.serverGone);
	}

	/**
	 * The same figures before any query was in vain.
	 * @return the figures
	 */
	StageFigures withoutQueriesInVain() {
		return new StageFigures(this.failedCalls, this.notUp, this.problems, this.suspects, this.dead, Map.of(),
				Set.of(), this.serverGone);
	}

	/**
	 * The same figures with other health indicators.
	 * @param notUp those that are not up
	 * @return the figures
	 */
	StageFigures withNotUp(Set<String> notUp) {
		return new StageFigures(this.failedCalls, notUp, this.problems, this.suspects, this.dead, this.inVain,
				this.lastInVain, this.serverGone);
	}

	/**
	 * What has got worse.
	 * @param begin the figures at the begin
	 * @return a short description, {@code null} if nothing has
	 */
	@Nullable String worseThan(StageFigures begin) {
		if (this.failedCalls - begin.failedCalls >= MAX_FAILED) {
			return "%d calls have failed".formatted(this.failedCalls - begin.failedCalls);
		}
		if (this.serverGone && !begin.serverGone) {
			return "the server is not up any more";
		}
		String news = news("health indicators are not up any more", this.notUp, begin.notUp);
		news = (news != null) ? news : news("most instances accept no connection", this.dead, begin.dead);
		news = (news != null) ? news : news("queries fail or find no instance", failing(begin), Set.of());
		news = (news != null) ? news : news("the server lists too few instances", this.suspects, begin.suspects);
		// A text may have other figures in it and mean the same.
		return (news != null || this.problems.size() <= begin.problems.size()) ? news
				: news("new problems", this.problems, begin.problems);
	}

	/** The services that did not fail before, and do now. */
	private Set<String> failing(StageFigures begin) {
		Set<String> failing = new TreeSet<>(this.lastInVain);
		failing.removeAll(begin.lastInVain);
		failing.removeIf((service) -> this.inVain.getOrDefault(service, 0L)
				- begin.inVain.getOrDefault(service, 0L) < MAX_FAILED);
		return failing;
	}

	private static @Nullable String news(String what, Set<String> now, Set<String> begin) {
		Set<String> news = new TreeSet<>(now);
		news.removeAll(begin);
		if (news.isEmpty()) {
			return null;
		}
		String names = String.join(", ", news.stream().limit(MAX_NAMES).toList());
		return "%s: %s%s".formatted(what, names,
				(news.size() > MAX_NAMES) ? " and %d more".formatted(news.size() - MAX_NAMES) : "");
	}

}
