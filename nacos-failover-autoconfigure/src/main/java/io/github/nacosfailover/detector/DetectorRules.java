package io.github.nacosfailover.detector;

import java.time.Duration;

/**
 * The limits that a {@link ServiceDetector} decides by.
 *
 * @param minInstances a backup with fewer instances is never held
 * @param maxBackupAge nor is one that was last known to be right longer ago
 * @param maxShrink share of the healthy instances whose loss is no reason for doubt
 * @param minLive share of the backup that has to be live for a hold to end
 * @param confirmLoss how long a loss has to last before a hold: longer than instances
 * that were taken out on purpose go on answering
 * @param confirmAfterOutage how long it has to last if the server was away shortly before
 * @param outageWindow how long before a loss an outage counts as its likely cause
 * @param serverDown how long the server has to be down before a service without any
 * answer is held
 * @param settled how long a loss has to be over before there is no doubt any more
 * @param recovery how long enough instances have to be live before a hold ends
 * @param coolDown pause after a hold, doubled with each further one within a day
 * @param maxHolds holds within a day after which an operator has to look
 * @param lease after which a hold is listed as overdue
 * @param drain a hold whose instances have gone within this time was none: they were
 * taken out on purpose
 */
public record DetectorRules(int minInstances, Duration maxBackupAge, double maxShrink, double minLive,
		Duration confirmLoss, Duration confirmAfterOutage, Duration outageWindow, Duration serverDown, Duration settled,
		Duration recovery, Duration coolDown, int maxHolds, Duration lease, Duration drain) {

	/** A day, within which holds are counted. */
	static final Duration DAY = Duration.ofDays(1);

	/**
	 * The limits that apply if nothing is configured.
	 * @param maxShrink as in {@code nacos.failover.snapshot.max-shrink}
	 * @param minLive as in {@code nacos.failover.guard.min-live}
	 * @return the rules
	 */
	public static DetectorRules defaults(double maxShrink, double minLive) {
		return new DetectorRules(3, Duration.ofHours(24), maxShrink, minLive, Duration.ofSeconds(10),
				Duration.ofSeconds(3), Duration.ofMinutes(10), Duration.ofSeconds(60), Duration.ofSeconds(30),
				Duration.ofMinutes(5), Duration.ofMinutes(10), 3, Duration.ofHours(1), Duration.ofMinutes(2));
	}

	/**
	 * Returns these rules with another time to confirm a loss.
	 * @param confirmLoss how long a loss has to last
	 * @return the rules
	 */
	public DetectorRules withConfirmLoss(Duration confirmLoss) {
		Duration afterOutage = (confirmLoss.compareTo(this.confirmAfterOutage) < 0) ? confirmLoss
				: this.confirmAfterOutage;
		return new DetectorRules(this.minInstances, this.maxBackupAge, this.maxShrink, this.minLive, confirmLoss,
				afterOutage, this.outageWindow, this.serverDown, this.settled, this.recovery, this.coolDown,
				this.maxHolds, this.lease, this.drain);
	}

	boolean isLoss(int expected, int live) {
		return live < expected && (live == 0 || expected - live > this.maxShrink * expected);
	}

	boolean isEnough(int expected, int live) {
		return live > 0 && live >= this.minLive * expected && !isLoss(expected, live);
	}

	/** Saturates instead of overflowing. */
	long coolDownNanos(int holds) {
		return this.coolDown.toNanos() << Math.min(Math.max(0, holds - 1), 7);
	}

}
