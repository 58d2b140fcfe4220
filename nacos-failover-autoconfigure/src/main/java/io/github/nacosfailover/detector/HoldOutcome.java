package io.github.nacosfailover.detector;

import java.util.Locale;

/**
 * How a hold has ended.
 */
public enum HoldOutcome {

	/** The server lists enough instances again. */
	RECOVERED,

	/** No missing instance answers any more: they have really gone. */
	GONE,

	/** An operator has switched, or has acknowledged the hold. */
	OPERATOR;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
