package io.github.nacosfailover.detector;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.Votes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which services the processes of a fleet hold. A hold is the fleet's if two processes or
 * more see it, and 30 % of those that see the loss. Each process decides on its own
 * evidence; the hold of a fleet shortens its wait.
 */
final class HoldVotes {

	private static final Logger logger = LoggerFactory.getLogger(HoldVotes.class);

	private static final Duration EVERY = Duration.ofSeconds(5);

	private static final double SHARE = 0.3;

	/** More do not fit into a report. */
	private static final int MAX_SERVICES = 100;

	private final @Nullable Votes votes;

	private long next;

	private boolean said;

	private List<Vote> others = List.of();

	HoldVotes(@Nullable Votes votes, long now) {
		this.votes = votes;
		this.next = now;
	}

	/**
	 * Exchange holds and services in use with other processes, while any service is not
	 * normal.
	 */
	void exchange(Set<ServiceKey> held, Collection<ServiceKey> doubtful, long now) {
		Votes votes = this.votes;
		if (votes == null || now - this.next < 0 || (doubtful.isEmpty() && !this.said)) {
			return;
		}
		this.next = now + EVERY.toNanos();
		try {
			this.said = !doubtful.isEmpty();
			votes.say(this.said ? new Vote(marks(held), marks(doubtful)).toString() : null);
			this.others = this.said ? votes.others().stream().map(Vote::parse).toList() : List.of();
		}
		catch (IOException | RuntimeException ex) {
			// Each process holds for itself.
			logger.debug("Other processes cannot be asked what they hold", ex);
			this.others = List.of();
		}
	}

	private static Set<String> marks(Collection<ServiceKey> keys) {
		return keys.stream().map(Votes::mark).limit(MAX_SERVICES).collect(Collectors.toSet());
	}

	/** Number of other processes that hold a service. */
	int others(ServiceKey key) {
		if (this.others.isEmpty()) {
			return 0;
		}
		String mark = Votes.mark(key);
		return (int) this.others.stream().filter((vote) -> vote.held().contains(mark)).count();
	}

	/**
	 * Describe how many other processes hold a service. Empty if the store is not shared.
	 */
	String describe(ServiceKey key) {
		if (this.votes == null) {
			return "";
		}
		int others = others(key);
		return (others > 0) ? ", held by %d more".formatted(others) : ", held by no other process";
	}

	/** Whether the fleet holds a service. */
	boolean isHeldByFleet(ServiceKey key) {
		int held = others(key);
		if (held < 2) {
			return false;
		}
		String mark = Votes.mark(key);
		long using = 1 + this.others.stream().filter((vote) -> vote.doubtful().contains(mark)).count();
		return held >= SHARE * using;
	}

	/**
	 * The report of a process.
	 *
	 * @param held marks of the services it holds
	 * @param doubtful marks of those it sees a loss of
	 */
	private record Vote(Set<String> held, Set<String> doubtful) {

		static Vote parse(String text) {
			String[] parts = text.split(";", -1);
			return (parts.length == 2) ? new Vote(set(parts[0]), set(parts[1])) : new Vote(Set.of(), Set.of());
		}

		private static Set<String> set(String text) {
			return new HashSet<>(Arrays.asList(text.split(",")));
		}

		@Override
		public String toString() {
			return String.join(",", this.held) + ";" + String.join(",", this.doubtful);
		}

	}

}
