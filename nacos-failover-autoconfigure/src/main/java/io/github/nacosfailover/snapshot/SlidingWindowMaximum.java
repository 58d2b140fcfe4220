package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The maximum of a number within a time window. Time is what the caller says has elapsed,
 * so a value counts until it has been seen to be gone for the length of the window.
 */
final class SlidingWindowMaximum {

	/** Each is a drop within the window, and few services have more. */
	private static final int MAX_VALUES = 32;

	private final long windowMillis;

	/** The values, descending; the last one is the current one. */
	private final List<Value> values = new ArrayList<>();

	SlidingWindowMaximum(Duration window) {
		this.windowMillis = window.toMillis();
	}

	/**
	 * Add the current value.
	 * @param elapsed certain time since the last call, in which the value before held
	 */
	void observe(int value, Duration elapsed) {
		int last = this.values.size() - 1;
		for (int i = 0; i < last; i++) {
			this.values.set(i, this.values.get(i).older(elapsed.toMillis()));
		}
		if (last >= 0) {
			Value current = this.values.remove(last);
			this.values.removeIf((known) -> known.goneForMillis >= this.windowMillis);
			this.values.add(current);
		}
		this.values.removeIf((known) -> known.number <= value);
		this.values.add(new Value(value, 0));
		if (this.values.size() > MAX_VALUES) {
			// Keep the maximum for as long as the second value: longer than necessary.
			Value second = this.values.remove(1);
			this.values.set(0, new Value(this.values.get(0).number, second.goneForMillis));
		}
	}

	/**
	 * The maximum, 0 if there is no value.
	 */
	int get() {
		return this.values.isEmpty() ? 0 : this.values.get(0).number;
	}

	boolean isEmpty() {
		return this.values.isEmpty();
	}

	/**
	 * Whether the window has a higher value than the current one.
	 */
	boolean hasHigherThanCurrent() {
		return this.values.size() > 1;
	}

	/**
	 * Whether this is worth storing in place of another one: it is higher, or the same
	 * maximum has been gone for longer.
	 * @param resolution how much longer
	 */
	boolean isNewsTo(SlidingWindowMaximum other, Duration resolution) {
		if (get() != other.get() || this.values.isEmpty() || other.values.isEmpty()) {
			return get() > other.get() || other.values.isEmpty();
		}
		long longer = this.values.get(0).goneForMillis - other.values.get(0).goneForMillis;
		return longer > 0 && longer >= resolution.toMillis();
	}

	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(",");
		this.values.forEach((value) -> text.add(value.number + "@" + value.goneForMillis));
		return text.toString();
	}

	/**
	 * Parse the result of {@link #toString()}.
	 * @throws RuntimeException if it is damaged
	 */
	static SlidingWindowMaximum parse(Duration window, String text) {
		SlidingWindowMaximum parsed = new SlidingWindowMaximum(window);
		for (String value : text.isEmpty() ? new String[0] : text.split(",")) {
			String[] parts = value.split("@");
			parsed.values.add(new Value(Integer.parseInt(parts[0]), Long.parseLong(parts[1])));
		}
		return parsed;
	}

	private record Value(int number, long goneForMillis) {

		Value older(long millis) {
			return new Value(this.number, this.goneForMillis + millis);
		}

	}

}
