package io.github.nacosfailover.event;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The result of a change of the switch.
 */
public enum SwitchOutcome {

	/** It was made. */
	APPLIED,

	/** It was not made. */
	REFUSED,

	/** It was made although guards spoke against it. */
	FORCED;

	@Override
	@JsonValue
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
