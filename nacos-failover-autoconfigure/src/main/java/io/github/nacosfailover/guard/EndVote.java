package io.github.nacosfailover.guard;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.Votes;

/**
 * What a process says about the end of a switch.
 *
 * @param id tells the switch from earlier and later ones
 * @param ready whether it has nothing against the end
 * @param uses marks of the services that it uses
 */
record EndVote(String id, boolean ready, Set<String> uses) {

	/** More do not fit into a report; who uses more has to see all by itself. */
	private static final int MAX_SERVICES = 300;

	static EndVote against(SwitchState state) {
		return new EndVote(id(state), false, Set.of());
	}

	static EndVote inFavor(SwitchState state, Collection<ServiceKey> uses) {
		Set<String> marks = new TreeSet<>();
		uses.stream().limit(MAX_SERVICES).forEach((key) -> marks.add(Votes.mark(key)));
		return new EndVote(id(state), true, marks);
	}

	private static String id(SwitchState state) {
		return String.valueOf(state.at());
	}

	/**
	 * Whether this speaks for the end of the same switch as another.
	 */
	boolean agreesWith(EndVote other) {
		return this.ready && other.ready() && this.id.equals(other.id());
	}

	@Override
	public String toString() {
		return "%s %s %s".formatted(this.id, this.ready ? "ready" : "not-ready", String.join(",", this.uses));
	}

	/**
	 * Reads what {@link #toString()} has written. What is not understood agrees with
	 * nothing.
	 */
	static EndVote parse(String text) {
		String[] parts = text.split(" ", 3);
		if (parts.length != 3) {
			return new EndVote("", false, Set.of());
		}
		return new EndVote(parts[0], parts[1].equals("ready"), new HashSet<>(List.of(parts[2].split(","))));
	}

}
