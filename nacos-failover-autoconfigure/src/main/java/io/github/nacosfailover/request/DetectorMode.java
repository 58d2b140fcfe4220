package io.github.nacosfailover.request;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What the detector does about what it notices.
 */
public enum DetectorMode {

	/** Nothing; it does not look. */
	OFF,

	/** States, events, metrics and the endpoint show it; nothing else happens. */
	OBSERVE,

	/** As {@link #OBSERVE}; health details and a log line tell an operator what to do. */
	SUGGEST,

	/** Missing instances that answer are served. */
	ACT;

	@Override
	@JsonValue
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
