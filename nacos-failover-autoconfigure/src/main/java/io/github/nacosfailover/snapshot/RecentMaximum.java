package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * The highest of the values that a number has had lately. Time is what the caller says
 * has passed, so a value counts until it has been seen to be gone for long enough.
 */
final class RecentMaximum {

	/** Each is a drop within the window, and few services have more. */
	private static final int MAX_VALUES = 32;

	private final long windowMillis;

	/** The values, falling, the last one in force. */
	private final List<Value> values = new ArrayList<>();

	RecentMaximum(Duration window) {
		this.windowMillis = window.toMillis();
	}

	/**
	 * Takes note of the value now.
	 * @param value the value
	 * @param passed how long the one before was in force until now, for certain
	 */
	void observe(int value, Duration passed) {
		int last = this.values.size() - 1;
		for (int i = 0; i < last; i++) {
			this.values.set(i, this.values.get(i).older(passed.toMillis()));
		}
		if (last >= 0) {
			Value inForce = this.values.remove(last);
			this.values.removeIf((known) -> known.goneForMillis >= this.windowMillis);
			this.values.add(inForce);
		}
		this.values.removeIf((known) -> known.number <= value);
		this.values.add(new Value(value, 0));
		if (this.values.size() > MAX_VALUES) {
			// Let the highest last as long as the second: longer than it should.
			Value second = this.values.remove(1);
			this.values.set(0, new Value(this.values.get(0).number, second.goneForMillis));
		}
	}

	/**
	 * The highest value of the window, 0 if there was none.
	 */
	int get() {
		return this.values.isEmpty() ? 0 : this.values.get(0).number;
	}

	boolean isEmpty() {
		return this.values.isEmpty();
	}

	/**
	 * Whether there was another value within the window, higher than that of now.
	 */
	boolean hasHigherThanNow() {
		return this.values.size() > 1;
	}

	@Override
	public String toString() {
		StringJoiner text = new StringJoiner(",");
		this.values.forEach((value) -> text.add(value.number + "@" + value.goneForMillis));
		return text.toString();
	}

	/**
	 * Reads what {@link #toString()} has written.
	 * @throws RuntimeException if it is damaged
	 */
	static RecentMaximum parse(Duration window, String text) {
		RecentMaximum parsed = new RecentMaximum(window);
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
