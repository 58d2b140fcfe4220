package io.github.nacosfailover.guard;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.ServerStatus;
import io.github.nacosfailover.engine.SwitchGuard;
import io.github.nacosfailover.engine.SwitchGuard.Change;
import io.github.nacosfailover.engine.SwitchGuard.Findings;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.guard.TwoLooks.Look;
import io.github.nacosfailover.report.PreflightReport.Verdict;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.Votes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether the switch of a namespace can end without an operator. That takes more
 * than an operator needs: the server has been up for a while, two looks at all services
 * that are served have found no instances that are still coming back, and this process,
 * alone or together with those that agree, uses all services that are known to be in use.
 */
final class SafeEnd {

	/** After a longer pause the state of the server in between is unknown. */
	private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(10).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(SafeEnd.class);

	/** Between two counts of what other processes say, in tries, by chance. */
	private static final int LEAST_TRIES = 3;

	private static final int MOST_TRIES = 9;

	private final FailoverNamespace namespace;

	private final SwitchGuard guard;

	private final LeaseTimes times;

	private @Nullable Long upSince;

	private long lastSeen;

	private final TwoLooks looks = new TwoLooks();

	private final @Nullable Votes votes;

	private @Nullable Long nextCount;

	SafeEnd(FailoverNamespace namespace, SwitchGuard guard, LeaseTimes times) {
		this.namespace = namespace;
		this.guard = guard;
		this.times = times;
		this.votes = namespace.store().endVotes();
	}

	/**
	 * Looks whether the server is there. To be called every second or so, whatever else
	 * takes time.
	 */
	void watchServer() {
		boolean up = this.namespace.serverStatus() == ServerStatus.UP;
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
	void startAgain() {
		this.looks.startAgain();
		this.nextCount = null;
		say(null);
	}

	/**
	 * Lets other processes know that this one ends nothing.
	 * @param view the view whose switch is over
	 */
	void object(View view) {
		say(EndVote.against(view.failoverSwitch()));
	}

	private boolean say(@Nullable EndVote vote) {
		try {
			if (this.votes != null) {
				this.votes.say((vote != null) ? vote.toString() : null);
			}
			return true;
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Other processes cannot be told about the end of a switch", ex);
			return false;
		}
	}

	/**
	 * Looks at all services that are served. Nobody has asked for the end of just now, so
	 * that this process has to know enough.
	 * @param view the view whose switch is to end
	 * @return why it cannot end now, empty if it can
	 */
	List<String> hindrances(View view) {
		Set<ServiceKey> before = this.namespace.usedBefore();
		if (before == null) {
			object(view);
			return List.of("it cannot be read which services are in use");
		}
		Set<ServiceKey> served = new TreeSet<>();
		view.served().all().forEach((backup) -> served.add(backup.key().withoutClusters()));
		Set<ServiceKey> used = new TreeSet<>(this.namespace.used());
		used.retainAll(served);
		Set<ServiceKey> unused = new TreeSet<>(before);
		unused.retainAll(served);
		unused.removeAll(used);
		String others = whyOthersHaveToDecide(served, used, unused);
		if (others != null && this.votes == null) {
			return List.of(others);
		}
		List<String> hindrances = look(view, view.with(off(view)), this.looks, false);
		if (!hindrances.isEmpty()) {
			object(view);
			return hindrances;
		}
		return (others != null) ? count(EndVote.inFavor(view.failoverSwitch(), used), unused, others) : List.of();
	}

	/**
	 * Looks at what would not be served any more, for an operator who has asked for the
	 * end: as for one who switches off now, it does not matter what this process uses,
	 * but there must be nothing to find.
	 * @param view the view there is
	 * @param after the view to end with
	 * @param looks what was seen before
	 * @return what speaks against it now, empty if nothing does
	 */
	List<String> findings(View view, View after, TwoLooks looks) {
		return look(view, after, looks, true);
	}

	static SwitchState off(View view) {
		return new SwitchState(false, null, null, null, null, view.failoverSwitch().exceptions());
	}

	private List<String> look(View view, View after, TwoLooks looks, boolean whole) {
		Long up = upSince();
		if (up == null || System.nanoTime() - up < this.times.up().toNanos()) {
			return List
				.of("the server has not been up for %d s without interruption".formatted(this.times.up().toSeconds()));
		}
		long at = System.nanoTime();
		Findings findings = this.guard.examine(Map.of(this.namespace, new Change(view, after)));
		Verdict verdict = findings.of(this.namespace);
		List<String> hindrances = new ArrayList<>(whole ? verdict.all() : verdict.refused());
		if (whole && !hindrances.isEmpty()) {
			// What is not whole at one look has to be so at two others.
			looks.startAgain();
		}
		else {
			hindrances.addAll(looks.compare(new Look(at, up, view.failoverSwitch(), findings.healthy(this.namespace)),
					this.times.betweenLooks()));
		}
		if (!up.equals(upSince())) {
			hindrances.add("the server was away meanwhile");
		}
		return hindrances;
	}

	/**
	 * Where this process does not use everything, all have to agree, and together they
	 * have to use it.
	 */
	private List<String> count(EndVote vote, Set<ServiceKey> unused, String others) {
		Votes votes = this.votes;
		if (votes == null || !say(vote)) {
			return List.of(others);
		}
		// Many may ask at the same time, each for what all have said.
		long now = System.nanoTime();
		Long next = this.nextCount;
		this.nextCount = (next != null && now < next) ? next : now + (long) (this.times.tryEvery().toNanos()
				* ThreadLocalRandom.current().nextDouble(LEAST_TRIES, MOST_TRIES));
		if (next == null || now < next) {
			return List.of(others + "; other processes are asked whether they agree");
		}
		try {
			Set<String> marks = new HashSet<>(vote.uses());
			int against = 0;
			for (String text : votes.others()) {
				EndVote other = EndVote.parse(text);
				against += other.agreesWith(vote) ? 0 : 1;
				marks.addAll(other.uses());
			}
			if (against > 0) {
				return List.of("%s; %d other processes do not agree to the end".formatted(others, against));
			}
			boolean all = !marks.isEmpty() && unused.stream().map(Votes::mark).allMatch(marks::contains);
			return all ? List.of() : List.of(others + "; neither have the others that agree to the end");
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("What other processes say about the end of a switch cannot be read", ex);
			return List.of(others + "; what other processes say cannot be read");
		}
	}

	private synchronized @Nullable Long upSince() {
		return (System.nanoTime() - this.lastSeen > LONGEST_GAP_NANOS) ? null : this.upSince;
	}

	/**
	 * A process that has just started, or uses other services, knows too little: it has
	 * no clients that have seen them come back.
	 */
	private static @Nullable String whyOthersHaveToDecide(Set<ServiceKey> served, Set<ServiceKey> used,
			Set<ServiceKey> unused) {
		if (!unused.isEmpty()) {
			return ("services are in use that this process has not asked for since it was started: %s; "
					+ "a process that has may end it, or an operator")
				.formatted(NamespaceFindings.name(unused));
		}
		return (used.isEmpty() && !served.isEmpty())
				? "this process has asked for none of the services that are served since it was started" : null;
	}

}
