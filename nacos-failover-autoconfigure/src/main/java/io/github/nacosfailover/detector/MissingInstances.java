package io.github.nacosfailover.detector;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.probe.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * What probes have found out about the addresses of a service that the server does not
 * list. One that has failed a probe is lost: another process may have the address by
 * then, so that only the server can say that it is back.
 */
final class MissingInstances {

	/** In a row, before an address that stays silent counts as lost. */
	private static final int MAX_SILENT = 2;

	private final Set<String> lost = new HashSet<>();

	/** How often in a row they were silent. */
	private final Map<String, Integer> silent = new HashMap<>();

	private final Set<String> answered = new HashSet<>();

	/** What has answered since the loss was confirmed, {@code null} before. */
	private @Nullable Set<String> confirming;

	void probed(Map<String, ProbeResult> results, Set<String> expected, boolean silenceCounts) {
		results.forEach((address, result) -> {
			if (!expected.contains(address)) {
				return;
			}
			switch (result) {
				case ANSWERS -> {
					this.answered.add(address);
					this.silent.remove(address);
					if (this.confirming != null) {
						this.confirming.add(address);
					}
				}
				case REFUSED -> lose(address);
				case SILENT -> {
					if (silenceCounts && this.silent.merge(address, 1, Integer::sum) >= MAX_SILENT) {
						lose(address);
					}
				}
			}
		});
	}

	private void lose(String address) {
		this.lost.add(address);
		this.answered.remove(address);
		this.silent.remove(address);
	}

	/** The server lists them, whatever they were before. */
	void listed(Collection<String> addresses) {
		this.lost.removeAll(addresses);
		this.answered.removeAll(addresses);
	}

	void retain(Set<String> addresses) {
		this.lost.retainAll(addresses);
		this.answered.retainAll(addresses);
		this.silent.keySet().retainAll(addresses);
	}

	Set<String> lost() {
		return this.lost;
	}

	boolean hasAnswered(String address) {
		return this.answered.contains(address);
	}

	Set<String> answering(Set<String> missing) {
		Set<String> answering = new HashSet<>(missing);
		answering.retainAll(this.answered);
		return answering;
	}

	/** What answered before the loss was confirmed may have gone meanwhile. */
	Set<String> answeringSinceConfirmed(Set<String> missing) {
		Set<String> confirming = (this.confirming != null) ? this.confirming : new HashSet<>();
		this.confirming = confirming;
		Set<String> answering = answering(missing);
		answering.retainAll(confirming);
		return answering;
	}

	/** Whether the loss is confirmed, and nothing has answered since. */
	boolean isWaiting() {
		return this.confirming != null && this.confirming.isEmpty();
	}

	void unconfirmed() {
		this.confirming = null;
	}

	/** Whether nothing is left to find out about them. */
	boolean areKnown(Set<String> missing) {
		return missing.stream().allMatch((address) -> this.answered.contains(address) || this.lost.contains(address));
	}

	void clear() {
		this.lost.clear();
		this.silent.clear();
		this.answered.clear();
		this.confirming = null;
	}

}
