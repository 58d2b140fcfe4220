package io.github.nacosfailover.detector;

import java.util.List;
import java.util.function.LongUnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * What has to be remembered of the holds of a service.
 *
 * @param begun when they began, oldest first
 * @param ended when one has last ended, {@code null} if none has
 * @param locked whether an operator has to acknowledge them before there is another one
 */
record PastHolds(List<Long> begun, @Nullable Long ended, boolean locked) {

	/** No hold. */
	static final PastHolds NONE = new PastHolds(List.of(), null, false);

	PastHolds {
		begun = List.copyOf(begun);
	}

	/** Whether the last one has not ended. */
	boolean isOpen() {
		return !this.begun.isEmpty() && (this.ended == null || this.ended - this.begun.get(this.begun.size() - 1) < 0);
	}

	/**
	 * The same on another clock.
	 * @param clock returns the other time for a time
	 */
	PastHolds on(LongUnaryOperator clock) {
		return new PastHolds(this.begun.stream().map(clock::applyAsLong).toList(),
				(this.ended != null) ? (Long) clock.applyAsLong(this.ended) : null, this.locked);
	}

}
