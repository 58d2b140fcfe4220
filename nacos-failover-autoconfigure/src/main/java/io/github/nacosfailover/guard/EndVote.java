package io.github.nacosfailover.guard;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;

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

	private static final int MARK_LENGTH = 10;

	static EndVote against(SwitchState state) {
		return new EndVote(id(state), false, Set.of());
	}

	static EndVote inFavor(SwitchState state, Collection<ServiceKey> uses) {
		Set<String> marks = new TreeSet<>();
		uses.stream().limit(MAX_SERVICES).forEach((key) -> marks.add(mark(key)));
		return new EndVote(id(state), true, marks);
	}

	private static String id(SwitchState state) {
		return String.valueOf(state.at());
	}

	static String mark(ServiceKey key) {
		return BackupFormat.digest(key.toString().getBytes(StandardCharsets.UTF_8)).substring(0, MARK_LENGTH);
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
