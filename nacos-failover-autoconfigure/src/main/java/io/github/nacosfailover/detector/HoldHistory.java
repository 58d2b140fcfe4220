package io.github.nacosfailover.detector;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The holds of a service within the last day, which limit further ones. Times are
 * nanoseconds on the clock of the observations.
 */
final class HoldHistory {

	private final DetectorRules rules;

	/** When they began, oldest first. */
	private final Deque<Long> begun = new ArrayDeque<>();

	/** When the current one began, in this process. */
	private @Nullable Long current;

	/** Whether the last one was that of an earlier process, which has not ended it. */
	private boolean interrupted;

	private @Nullable Long ended;

	private @Nullable HoldOutcome outcome;

	HoldHistory(DetectorRules rules) {
		this.rules = rules;
	}

	/** One that an earlier process has not ended goes on: it is the same incident. */
	void begin(long now) {
		if (!this.interrupted) {
			this.begun.addLast(now);
		}
		this.current = now;
	}

	void end(HoldOutcome outcome, long now) {
		this.outcome = outcome;
		Long begun = this.current;
		this.current = null;
		if (!this.interrupted && outcome == HoldOutcome.GONE && begun != null
				&& now - begun < this.rules.drain().toNanos()) {
			// They were taken out on purpose, and went on answering for a while.
			this.begun.removeLast();
		}
		else {
			this.interrupted = false;
			this.ended = now;
		}
	}

	/** There is no loss any more, so that the next hold is another one. */
	void over(long now) {
		if (this.interrupted && this.current == null) {
			this.interrupted = false;
			this.ended = now;
		}
	}

	/** When the current one began. */
	@Nullable Long current() {
		return this.current;
	}

	/** Whether an earlier process has held the service when it ended. */
	boolean isInterrupted() {
		return this.interrupted;
	}

	/** Whether there were so many that an operator has to look. */
	boolean isExhausted(long now) {
		this.begun.removeIf((begun) -> now - begun > DetectorRules.DAY.toNanos());
		int further = this.interrupted ? 0 : 1;
		return this.begun.size() + further > this.rules.maxHolds();
	}

	/** Whether the last one has ended too recently for another one. */
	boolean isCoolingDown(long now) {
		return !this.interrupted && this.ended != null
				&& now - this.ended < this.rules.coolDownNanos(this.begun.size());
	}

	@Nullable HoldOutcome takeOutcome() {
		HoldOutcome last = this.outcome;
		this.outcome = null;
		return last;
	}

	boolean isForgettable(long now) {
		Long last = this.begun.peekLast();
		return this.outcome == null && (last == null || now - last > DetectorRules.DAY.toNanos());
	}

	PastHolds past(boolean locked) {
		return new PastHolds(List.copyOf(this.begun), this.ended, locked);
	}

	/** Take over the holds of an earlier process. */
	void resume(PastHolds past) {
		this.interrupted = past.isOpen() && this.begun.isEmpty();
		List<Long> all = new ArrayList<>(past.begun());
		all.addAll(this.begun);
		this.begun.clear();
		this.begun.addAll(all);
		this.ended = (this.ended != null) ? this.ended : past.ended();
	}

	void clear() {
		this.begun.clear();
		this.current = null;
		this.interrupted = false;
		this.ended = null;
	}

}
