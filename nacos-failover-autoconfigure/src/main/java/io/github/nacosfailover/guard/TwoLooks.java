package io.github.nacosfailover.guard;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is live at two looks: where instances are still coming back, the second
 * one finds more. Safe for use by any thread.
 */
final class TwoLooks {

	private static final List<String> ONCE_MORE = List.of("all services have to be looked at once more");

	private @Nullable Look previous;

	/** Forgets what was seen. */
	synchronized void startAgain() {
		this.previous = null;
	}

	/**
	 * Compares a look with the one before.
	 * @param look the look
	 * @param between how much time has to lie between the two
	 * @return what keeps the second look from being enough, empty if it is
	 */
	synchronized List<String> compare(Look look, Duration between) {
		Look previous = this.previous;
		if (previous == null || previous.upSince() != look.upSince()
				|| !previous.failoverSwitch().equals(look.failoverSwitch())) {
			this.previous = look;
			return ONCE_MORE;
		}
		if (look.at() - previous.at() < between.toNanos()) {
			return ONCE_MORE;
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
	 * What was found.
	 *
	 * @param at when, on a clock that only runs forward
	 * @param upSince since when the server was up
	 * @param failoverSwitch the switch then
	 * @param healthy numbers of healthy live instances
	 */
	record Look(long at, long upSince, SwitchState failoverSwitch, Map<ServiceKey, Integer> healthy) {

	}

}
