package io.github.nacosfailover.liveness;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.probe.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * Decides which instances of one served service are left out. It has no clock and does no
 * I/O.
 * <p>
 * An instance that refuses connections is left out at once, one that stays silent after
 * two probes in a row, one that calls fail for after five failures in a row, for a time.
 * Silence may be a fault of the network: if too few of the others answer, all silent
 * instances are served, and a round in which almost all fall silent changes nothing. If
 * no instance would be left, all are served.
 * <p>
 * Not safe for use by several threads.
 */
public final class ServiceLiveness {

	private static final int MAX_SILENT = 2;

	private static final int MAX_FAILURES = 5;

	private static final long FIRST_EJECTION_NANOS = 30_000_000_000L;

	private static final int MAX_EJECTIONS = 10;

	/** Share of a service that does not fall silent at once without a common cause. */
	private static final double MAX_NEWLY_SILENT = 0.9;

	private final double panicBelow;

	private final Map<String, Verdict> verdicts = new HashMap<>();

	private @Nullable String lastAnswered;

	private boolean frozen;

	private boolean panic;

	/**
	 * Creates a new instance.
	 * @param panicBelow share of the instances that did not refuse below which silent
	 * ones are served
	 */
	public ServiceLiveness(double panicBelow) {
		this.panicBelow = panicBelow;
	}

	/**
	 * Sets the instances that there are.
	 * @param addresses the addresses, as {@code ip:port}
	 */
	public void retain(Collection<String> addresses) {
		this.verdicts.keySet().retainAll(Set.copyOf(addresses));
		addresses.forEach((address) -> this.verdicts.computeIfAbsent(address, (key) -> new Verdict()));
	}

	/**
	 * Takes the results of one round of probes.
	 * @param results the results by address
	 * @param silenceCounts whether silent addresses may be dead; not if most of what was
	 * probed, of all services, is silent
	 */
	public void probed(Map<String, ProbeResult> results, boolean silenceCounts) {
		int fellSilent = fellSilent(results);
		this.frozen = !silenceCounts || (fellSilent > 1 && fellSilent > MAX_NEWLY_SILENT * results.size());
		results.forEach((address, result) -> {
			Verdict verdict = this.verdicts.get(address);
			if (verdict != null && !(this.frozen && result == ProbeResult.SILENT)) {
				verdict.probed(result);
				if (result == ProbeResult.ANSWERS) {
					this.lastAnswered = address;
				}
			}
		});
	}

	/**
	 * How many of the results are silent although the address answered before.
	 * @param results the results by address
	 * @return their number
	 */
	public int fellSilent(Map<String, ProbeResult> results) {
		int count = 0;
		for (Map.Entry<String, ProbeResult> entry : results.entrySet()) {
			Verdict verdict = this.verdicts.get(entry.getKey());
			if (entry.getValue() == ProbeResult.SILENT && verdict != null && verdict.result == ProbeResult.ANSWERS) {
				count++;
			}
		}
		return count;
	}

	/**
	 * Takes the failure of a call to connect.
	 * @param address the address
	 * @param now the time on a monotonic clock, in nanoseconds
	 * @return whether the instance is left out from now on
	 */
	public boolean callFailed(String address, long now) {
		Verdict verdict = this.verdicts.get(address);
		if (verdict == null || ++verdict.failures < MAX_FAILURES) {
			return false;
		}
		verdict.failures = 0;
		verdict.ejections = Math.min(MAX_EJECTIONS, verdict.ejections + 1);
		verdict.ejectedUntil = now + verdict.ejections * FIRST_EJECTION_NANOS;
		verdict.ejected = true;
		return true;
	}

	/**
	 * Takes the success of a call.
	 * @param address the address
	 */
	public void callSucceeded(String address) {
		Verdict verdict = this.verdicts.get(address);
		if (verdict != null) {
			verdict.failures = 0;
			this.lastAnswered = address;
		}
	}

	/**
	 * The instances to leave out.
	 * @param now the time on a monotonic clock, in nanoseconds
	 * @return the addresses, never all that there are
	 */
	public Set<String> excluded(long now) {
		Set<String> excluded = new HashSet<>();
		Set<String> silent = new HashSet<>();
		int answering = 0;
		int notRefused = 0;
		for (Map.Entry<String, Verdict> entry : this.verdicts.entrySet()) {
			Verdict verdict = entry.getValue();
			verdict.endEjection(now);
			if (verdict.result == ProbeResult.REFUSED) {
				excluded.add(entry.getKey());
				continue;
			}
			notRefused++;
			if (verdict.isSilent()) {
				silent.add(entry.getKey());
			}
			else {
				answering++;
				if (verdict.ejected) {
					excluded.add(entry.getKey());
				}
			}
		}
		this.panic = !silent.isEmpty() && answering < this.panicBelow * notRefused;
		if (!this.panic) {
			excluded.addAll(silent);
		}
		if (this.lastAnswered != null && excluded.size() == this.verdicts.size()) {
			excluded.remove(this.lastAnswered);
		}
		return (excluded.size() < this.verdicts.size()) ? Set.copyOf(excluded) : Set.of();
	}

	/**
	 * Whether silent instances are served because too few answer, as of the last
	 * {@link #excluded}.
	 * @return {@code true} if so
	 */
	public boolean isPanic() {
		return this.panic;
	}

	/**
	 * Whether the silence of the last round was ignored.
	 * @return {@code true} if so
	 */
	public boolean isFrozen() {
		return this.frozen;
	}

	/**
	 * Number of instances by the result of their last probe.
	 * @param result the result, {@code null} for those that were not probed
	 * @return their number
	 */
	public int count(@Nullable ProbeResult result) {
		return (int) this.verdicts.values().stream().filter((verdict) -> verdict.result == result).count();
	}

	/**
	 * The instances that were silent once, to be probed again soon.
	 * @return their addresses
	 */
	public Set<String> doubtful() {
		Set<String> doubtful = new HashSet<>();
		this.verdicts.forEach((address, verdict) -> {
			if (verdict.silent > 0 && !verdict.isSilent()) {
				doubtful.add(address);
			}
		});
		return doubtful;
	}

	/** What is known of one instance. */
	private static final class Verdict {

		private @Nullable ProbeResult result;

		private int silent;

		private int failures;

		private int ejections;

		private boolean ejected;

		private long ejectedUntil;

		void probed(ProbeResult result) {
			this.result = result;
			this.silent = (result == ProbeResult.SILENT) ? this.silent + 1 : 0;
		}

		boolean isSilent() {
			return this.silent >= MAX_SILENT;
		}

		void endEjection(long now) {
			if (this.ejected && now - this.ejectedUntil >= 0) {
				this.ejected = false;
			}
		}

	}

}
