package io.github.nacosfailover.actuate.endpoint;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * A duration as operators write it. Spring Boot takes a number without a unit for
 * milliseconds, which nobody means here.
 */
final class DurationText {

	private static final Pattern WITHOUT_UNIT = Pattern.compile("[+-]?\\d+");

	/** What would be a duration, were it not for its size. */
	private static final Pattern DURATION = Pattern.compile("[+-]?(\\d+[a-zA-Z]{1,2}|P[-+.\\dDTHMS]*\\d+[DHMS])",
			Pattern.CASE_INSENSITIVE);

	private static final Duration BEYOND = ChronoUnit.FOREVER.getDuration();

	private DurationText() {
	}

	/**
	 * Reads a duration.
	 * @param name name of the field
	 * @param value its value, if it was given
	 * @return the duration, longer than any that can be used if it is too long to be
	 * represented
	 * @throws IllegalArgumentException if it is none
	 */
	static @Nullable Duration parse(String name, @Nullable String value) {
		if (value == null) {
			return null;
		}
		if (WITHOUT_UNIT.matcher(value).matches()) {
			throw new IllegalArgumentException("'%s' has no unit; send it like '30m' or 'PT30M'".formatted(name));
		}
		try {
			return DurationStyle.detectAndParse(value);
		}
		catch (RuntimeException ex) {
			if (ex instanceof ArithmeticException || isOverflow(ex) || isTooLarge(value)) {
				return BEYOND;
			}
			throw new IllegalArgumentException("'%s' is not a duration; send it like '30m' or 'PT30M'".formatted(name),
					ex);
		}
	}

	private static boolean isOverflow(Throwable ex) {
		Throwable cause = ex.getCause();
		return cause instanceof ArithmeticException || (cause != null && isOverflow(cause));
	}

	/** More digits than fit. */
	private static boolean isTooLarge(String value) {
		return DURATION.matcher(value).matches() && value.chars().filter(Character::isDigit).count() > 18;
	}

}
