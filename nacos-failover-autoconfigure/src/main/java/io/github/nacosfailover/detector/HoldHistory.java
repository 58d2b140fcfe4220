package io.github.nacosfailover.detector;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * The holds of a service within the last day, which limit further ones. Times are
 * nanoseconds on the clock of the observations.
 */
final class HoldHistory {

	private final DetectorRules rules;

	/** When they began, oldest first. */
	private final Deque<Long> begun = new ArrayDeque<>();

	private @Nullable Long ended;

	private @Nullable HoldOutcome outcome;

	HoldHistory(DetectorRules rules) {
		this.rules = rules;
	}

	void begin(long now) {
		this.begun.addLast(now);
	}

	void end(HoldOutcome outcome, long now) {
		this.outcome = outcome;
		Long begun = this.begun.peekLast();
		if (outcome == HoldOutcome.GONE && begun != null && now - begun < this.rules.drain().toNanos()) {
			// They were taken out on purpose, and went on answering for a while.
			this.begun.removeLast();
		}
		else {
			this.ended = now;
		}
	}

	/** When the last one began. */
	@Nullable Long last() {
		return this.begun.peekLast();
	}

	/** Whether there were so many that an operator has to look. */
	boolean isExhausted(long now) {
		this.begun.removeIf((begun) -> now - begun > DetectorRules.DAY.toNanos());
		return this.begun.size() >= this.rules.maxHolds();
	}

	/** Whether the last one has ended too recently for another one. */
	boolean isCoolingDown(long now) {
		return this.ended != null && now - this.ended < this.rules.coolDownNanos(this.begun.size());
	}

	@Nullable HoldOutcome takeOutcome() {
		HoldOutcome last = this.outcome;
		this.outcome = null;
		return last;
	}

	boolean isForgettable(long now) {
		Long last = last();
		return this.outcome == null && (last == null || now - last > DetectorRules.DAY.toNanos());
	}

	void clear() {
		this.begun.clear();
		this.ended = null;
	}

}
