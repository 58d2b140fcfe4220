package io.github.nacosfailover.detector;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.probe.ProbeResult;
import io.github.nacosfailover.report.DetectorState;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one service whether the registry has lost instances that still answer. Its
 * only inputs are {@link #observe observations} and {@link #probed results of probes}, so
 * that it can be run against recorded and simulated incidents.
 * <p>
 * Losses are judged by the number of healthy instances, so a full replacement is none. A
 * missing instance that has failed a probe is not served again before the server lists
 * it: another process may have its address by then.
 * <p>
 * While the server is away, what clients remember is kept and, until the server has been
 * observed after its return, served beside what it lists: a server that fills up again
 * does not take instances away for a while.
 * <p>
 * Not safe for use by several threads.
 */
public final class ServiceDetector {

	private static final int CONTROLS = 3;

	private final DetectorRules rules;

	private DetectorState state = DetectorState.NORMAL;

	private long since;

	private Set<String> backup = Set.of();

	private @Nullable Set<String> live;

	/** What the clients knew when the server went away, empty if that is settled. */
	private Set<String> remembered = Set.of();

	private final MissingInstances instances = new MissingInstances();

	private boolean serverUp = true;

	private @Nullable Long lastDown;

	private @Nullable Long lossSince;

	private @Nullable Long fineSince;

	private final HoldHistory holds;

	/**
	 * Creates the detector of a service that is normal.
	 * @param rules the limits it decides by
	 * @param now the time on the clock of the observations, in nanoseconds
	 */
	public ServiceDetector(DetectorRules rules, long now) {
		this.rules = rules;
		this.since = now;
		this.holds = new HoldHistory(rules);
	}

	public DetectorState state() {
		return this.state;
	}

	/**
	 * Since when it has been in its state.
	 * @return the time on the clock of the observations, in nanoseconds
	 */
	public long since() {
		return this.since;
	}

	/**
	 * When the current hold began.
	 * @return the time on the clock of the observations, {@code null} if nothing is held
	 */
	public @Nullable Long holdSince() {
		return this.holds.current();
	}

	/**
	 * How the last hold has ended.
	 * @return the outcome, {@code null} if none has ended since this was last asked for
	 */
	public @Nullable HoldOutcome takeOutcome() {
		return this.holds.takeOutcome();
	}

	/** What the next process has to know of the holds. */
	PastHolds pastHolds() {
		return this.holds.past(this.state == DetectorState.LOCKED);
	}

	/**
	 * Resumes from the holds that an earlier process has recorded, unless the service is
	 * held now. A service that the earlier process held becomes {@code SUSPECT}.
	 * @param past the holds of the earlier process, on the clock of the observations
	 * @param now the time on that clock
	 */
	void resume(PastHolds past, long now) {
		this.holds.resume(past);
		if (past.locked()) {
			become(DetectorState.LOCKED, now);
			clear();
		}
		else if (this.holds.isInterrupted() && this.state == DetectorState.NORMAL) {
			become(DetectorState.SUSPECT, now);
		}
	}

	public boolean isHolding() {
		return this.state == DetectorState.HELD || this.state == DetectorState.RECOVERING;
	}

	/**
	 * Whether the server is away and the clients remember what it listed.
	 * @return {@code true} if so
	 */
	public boolean isBridging() {
		return !this.serverUp && this.live != null;
	}

	/**
	 * Addresses that the backup or the clients know and the server does not list.
	 * @return the addresses
	 */
	public Set<String> missing() {
		Set<String> missing = new HashSet<>(this.backup);
		missing.addAll(this.remembered);
		if (this.live != null) {
			missing.removeAll(this.live);
		}
		return missing;
	}

	/**
	 * The missing addresses that have answered and have not failed since.
	 * @return the addresses
	 */
	public Set<String> answering() {
		return this.instances.answering(missing());
	}

	/**
	 * Addresses to probe now.
	 * @return the addresses, empty if there is no doubt
	 */
	public Set<String> toProbe() {
		if (this.state == DetectorState.NORMAL || this.state == DetectorState.LOCKED) {
			return Set.of();
		}
		Set<String> addresses = missing();
		if (!this.serverUp && this.live != null) {
			addresses.addAll(this.live);
		}
		addresses.removeAll(this.instances.lost());
		return addresses;
	}

	/**
	 * Some of the addresses that the server lists, to probe together with
	 * {@link #toProbe}: if they answer, the silence of the others is not a fault of this
	 * process's own network.
	 * @return the addresses, empty if there is nothing to compare with
	 */
	public Set<String> controls() {
		Set<String> controls = new HashSet<>();
		if (this.serverUp && this.live != null) {
			this.live.stream().limit(CONTROLS).forEach(controls::add);
		}
		return controls;
	}

	/**
	 * The addresses that queries are to be answered with.
	 * @return the addresses, {@code null} if the client is to answer as ever
	 */
	public @Nullable Set<String> serving() {
		boolean bridging = this.state == DetectorState.SUSPECT && !this.remembered.isEmpty();
		if (!isHolding() && !bridging) {
			return null;
		}
		Set<String> serving = (this.live != null) ? new HashSet<>(this.live) : new HashSet<>();
		if (!this.serverUp) {
			serving.removeAll(this.instances.lost());
		}
		for (String address : missing()) {
			// Known to the clients when the server went away, and not found dead since.
			boolean unprobed = this.remembered.contains(address) && !this.instances.lost().contains(address);
			if (unprobed || this.instances.hasAnswered(address)) {
				serving.add(address);
			}
		}
		if (!serving.isEmpty()) {
			return serving;
		}
		// Nothing answers: what was known is better than nothing.
		Set<String> all = missing();
		all.addAll((this.live != null) ? this.live : Set.of());
		return all;
	}

	/**
	 * Takes the results of probes of {@link #toProbe} addresses.
	 * @param results the results by address; those that were not probed are missing
	 * @param mostSilent whether almost everything that was probed, of all services, is
	 * silent, which may be a fault of this process's own network
	 */
	public void probed(Map<String, ProbeResult> results, boolean mostSilent) {
		// The connection to the server works, so there is a network.
		boolean silenceCounts = !mostSilent || (this.serverUp && controls().isEmpty());
		this.instances.probed(results, toProbe(), silenceCounts);
	}

	/**
	 * Takes an observation, and changes the state accordingly.
	 * @param observation what is known now
	 */
	public void observe(Observation observation) {
		long now = observation.at();
		this.backup = observation.backup();
		this.serverUp = observation.serverUp();
		if (!this.serverUp) {
			this.lastDown = now;
		}
		if (observation.operatorDecided()) {
			decidedByOperator(now);
			return;
		}
		if (this.serverUp && observation.live() == null) {
			// Unknown is neither fine nor a loss, and no time passes meanwhile.
			this.lossSince = (this.lossSince != null) ? now : null;
			this.fineSince = null;
			return;
		}
		this.live = observation.live();
		if (this.serverUp && this.live != null) {
			this.instances.listed(this.live);
		}
		else {
			remember(observation);
		}
		forgetUnknown();
		if (!this.serverUp && this.live != null && !this.live.isEmpty()) {
			serverAway(now);
		}
		else if (this.rules.isLoss(expected(), (this.live != null) ? this.live.size() : 0)) {
			loss(observation);
		}
		else {
			fine(now);
		}
	}

	/** The most healthy instances that it is known to have. */
	private int expected() {
		return Math.max(this.backup.size(), this.remembered.size());
	}

	private void remember(Observation observation) {
		if (this.live == null || !observation.mayAct()) {
			return;
		}
		Set<String> known = new HashSet<>(this.live);
		Set<String> serving = serving();
		known.addAll((serving != null) ? serving : Set.of());
		known.addAll(this.remembered);
		this.remembered = known;
	}

	private void forgetUnknown() {
		Set<String> known = missing();
		known.addAll((this.live != null) ? this.live : Set.of());
		this.instances.retain(known);
	}

	/**
	 * Ends the hold there is because an operator has decided for or against failover. The
	 * cool-down applies, so the service is not held again at once if the loss lasts.
	 * @param now the time on the clock of the observations
	 */
	public void decidedByOperator(long now) {
		if (isHolding()) {
			this.holds.end(HoldOutcome.OPERATOR, now);
		}
		this.holds.over(now);
		if (this.state != DetectorState.LOCKED) {
			become(DetectorState.NORMAL, now);
		}
		clear();
	}

	private void clear() {
		this.remembered = Set.of();
		this.lossSince = null;
		this.fineSince = null;
		this.instances.clear();
	}

	/** What clients remember is the better list, as long as it is not proven wrong. */
	private void serverAway(long now) {
		this.lossSince = null;
		this.fineSince = null;
		if (this.state == DetectorState.NORMAL) {
			become(DetectorState.SUSPECT, now);
		}
		else if (this.state == DetectorState.RECOVERING) {
			become(DetectorState.HELD, now);
		}
	}

	private void fine(long now) {
		this.instances.unconfirmed();
		this.fineSince = (this.fineSince != null) ? this.fineSince : now;
		long fineFor = now - this.fineSince;
		int count = (this.live != null) ? this.live.size() : 0;
		switch (this.state) {
			case SUSPECT -> {
				if (!this.remembered.isEmpty() && fineFor >= this.rules.confirmAfterOutage().toNanos()) {
					// As many as before the outage: those that it lists count again.
					this.remembered = Set.of();
				}
				if (fineFor >= this.rules.settled().toNanos()) {
					this.holds.over(now);
					become(DetectorState.NORMAL, now);
					clear();
				}
			}
			case HELD -> {
				if (this.rules.isEnough(expected(), count)) {
					become(DetectorState.RECOVERING, now);
				}
			}
			case RECOVERING -> {
				if (!this.rules.isEnough(expected(), count)) {
					become(DetectorState.HELD, now);
				}
				else if (now - this.since >= this.rules.recovery().toNanos()) {
					this.holds.end(HoldOutcome.RECOVERED, now);
					become(DetectorState.NORMAL, now);
					clear();
				}
			}
			case NORMAL, LOCKED -> this.lossSince = null;
		}
	}

	private void loss(Observation observation) {
		long now = observation.at();
		this.fineSince = null;
		if (this.lossSince == null) {
			this.lossSince = now;
		}
		switch (this.state) {
			case NORMAL -> become(DetectorState.SUSPECT, now);
			case SUSPECT -> {
				if (isProbed() && !isProven(answering())) {
					this.remembered = Set.of();
				}
				else if (isConfirmed(observation)) {
					confirmed(observation);
				}
			}
			case RECOVERING -> become(DetectorState.HELD, now);
			case HELD -> {
				if (isProbed() && answering().isEmpty()) {
					// A real loss: evidence ends a hold, not a number.
					this.holds.end(HoldOutcome.GONE, now);
					become(DetectorState.SUSPECT, now);
					this.remembered = Set.of();
				}
			}
			case LOCKED -> {
			}
		}
	}

	/** Whether nothing is left to find out about the missing instances. */
	private boolean isProbed() {
		return this.instances.areKnown(missing());
	}

	/** What answered before the loss was confirmed may have gone meanwhile. */
	private void confirmed(Observation observation) {
		if (isProven(this.instances.answeringSinceConfirmed(missing())) && isAllowed(observation)) {
			startHold(observation.at());
		}
	}

	/** Whether enough of the missing instances answer. */
	private boolean isProven(Set<String> answering) {
		return answering.size() >= 2 || (!answering.isEmpty() && answering.size() == missing().size());
	}

	/**
	 * Whether the missing instances are to be probed now, and not when it is their time.
	 * @return {@code true} after a loss was confirmed, until something answers
	 */
	public boolean wantsProbe() {
		return this.state == DetectorState.SUSPECT && this.instances.isWaiting();
	}

	private boolean isConfirmed(Observation observation) {
		long now = observation.at();
		if (!observation.serverUp()) {
			return observation.neverAnswered() || observation.downNanos() >= this.rules.serverDown().toNanos();
		}
		boolean afterOutage = observation.outageLikely()
				|| (this.lastDown != null && now - this.lastDown <= this.rules.outageWindow().toNanos());
		long since = (this.lossSince != null) ? this.lossSince : now;
		return now - since >= (afterOutage ? this.rules.confirmAfterOutage() : this.rules.confirmLoss()).toNanos();
	}

	private boolean isAllowed(Observation observation) {
		long now = observation.at();
		boolean better = observation.mayAct() || (observation.neverAnswered() && !observation.serverUp());
		if (!better || !observation.backupUsable() || this.backup.size() < this.rules.minInstances()) {
			return false;
		}
		if (this.holds.isExhausted(now)) {
			become(DetectorState.LOCKED, now);
			clear();
			return false;
		}
		return !this.holds.isCoolingDown(now);
	}

	private void startHold(long now) {
		this.holds.begin(now);
		become(DetectorState.HELD, now);
	}

	/**
	 * Ends the hold there is, and forgets earlier ones: an operator has looked.
	 * @param now the time on the clock of the observations
	 */
	public void acknowledge(long now) {
		if (isHolding()) {
			this.holds.end(HoldOutcome.OPERATOR, now);
		}
		this.holds.clear();
		become(DetectorState.NORMAL, now);
		clear();
	}

	/**
	 * Whether nothing is worth remembering of this service any more.
	 * @param now the time on the clock of the observations
	 * @return {@code true} if it has been normal for long, and was not held within a day
	 */
	public boolean isForgettable(long now) {
		return this.state == DetectorState.NORMAL && now - this.since > this.rules.outageWindow().toNanos()
				&& this.holds.isForgettable(now);
	}

	/**
	 * Starts all waiting periods again: nobody knows what has happened during a pause of
	 * the process.
	 * @param now the time on the clock of the observations
	 */
	public void paused(long now) {
		this.lossSince = (this.lossSince != null) ? now : null;
		this.fineSince = null;
		if (this.state == DetectorState.RECOVERING) {
			this.since = now;
		}
	}

	private void become(DetectorState next, long now) {
		if (this.state != next) {
			this.instances.unconfirmed();
			this.state = next;
			this.since = now;
		}
	}

}
