package io.github.nacosfailover.actuate.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.nacosfailover.request.DetectorMode;
import io.github.nacosfailover.request.MigrationDirection;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.request.SwitchScope;
import org.jspecify.annotations.Nullable;

/**
 * What the values of fields stand for that are not just a text.
 */
final class FieldValues {

	private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,9})\\s?%");

	private static final String STAGE = "\"stage\": {\"share\": \"10%\", \"hold\": \"2m\"}";

	private FieldValues() {
	}

	/** Flags are texts over JMX only, where a body cannot be checked. */
	static @Nullable Boolean flag(String name, @Nullable String value) {
		return (value == null) ? null
				: choose(value, Map.of("true", true, "false", false), "'%s' is neither true nor false".formatted(name));
	}

	static boolean isTrue(String name, @Nullable String value) {
		return Boolean.TRUE.equals(flag(name, value));
	}

	static int number(String name, @Nullable String value, int otherwise) {
		try {
			return (value != null) ? Integer.parseInt(value) : otherwise;
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(
					"'%s' is not a whole number up to %d; give one such as 100".formatted(name, Integer.MAX_VALUE), ex);
		}
	}

	static Duration required(String name, @Nullable String value) {
		Duration duration = DurationText.parse(name, value);
		if (duration == null) {
			throw new IllegalArgumentException("'%s' is missing; give one such as 10m".formatted(name));
		}
		return duration;
	}

	static DetectorMode detectorMode(String value) {
		return choose(value, Map.of("off", DetectorMode.OFF, "observe", DetectorMode.OBSERVE, "suggest",
				DetectorMode.SUGGEST, "act", DetectorMode.ACT), "'mode' is none of " + List.of(DetectorMode.values()));
	}

	/** Over JMX lists are texts, with commas between the names. */
	static @Nullable List<String> names(@Nullable String value) {
		if (value == null) {
			return null;
		}
		return value.startsWith("[") ? ExpectedBody.texts(value)
				: Stream.of(value.split(",")).map(String::strip).toList();
	}

	static SwitchScope scope(@Nullable String value) {
		return choose((value != null) ? value : "all", Map.of("all", SwitchScope.ALL, "local", SwitchScope.LOCAL),
				"'scope' is neither all, for every process that shares the store, nor local, for this one alone");
	}

	/** Over JMX the object is sent as its JSON. */
	static @Nullable StageRequest stage(@Nullable String value) {
		if (value == null) {
			return null;
		}
		if (!value.startsWith("{")) {
			throw new IllegalArgumentException("'stage' is neither an object, nor 'stop' or 'continue'; send " + STAGE);
		}
		Map<String, String> fields = ExpectedBody.fields("stage", value);
		String share = fields.get("share");
		String hold = fields.get("hold");
		if (share == null || hold == null || fields.size() > 2) {
			throw new IllegalArgumentException(
					"'stage' has the fields %s, but it is to have 'share' and 'hold'; send %s"
						.formatted(String.join(", ", fields.keySet()), STAGE));
		}
		Matcher percentage = PERCENTAGE.matcher(share);
		if (!percentage.matches()) {
			throw new IllegalArgumentException("'share' of 'stage' is not a percentage; send " + STAGE);
		}
		return new StageRequest(Integer.parseInt(percentage.group(1)), required("hold", hold));
	}

	static @Nullable MigrationDirection direction(@Nullable String copy) {
		return (copy == null) ? null
				: choose(copy, Map.of("to-store", MigrationDirection.TO_STORE, "to-disk", MigrationDirection.TO_DISK),
						"'copy' is neither to-store nor to-disk");
	}

	static boolean isExact(@Nullable String mode) {
		return choose((mode != null) ? mode : "merge", Map.of("merge", false, "exact", true),
				"'mode' is neither merge, which keeps services added since, nor exact, which removes them");
	}

	private static <T> T choose(String value, Map<String, T> choices, String faultOfOthers) {
		T choice = choices.get(value);
		if (choice == null) {
			throw new IllegalArgumentException(faultOfOthers);
		}
		return choice;
	}

}
