package io.github.nacosfailover.event;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The way a change of the switch came.
 */
public enum SwitchOrigin {

	/** Over HTTP. */
	HTTP,

	/** Over JMX. */
	JMX,

	/** From code of the application. */
	API,

	/** The switch file was edited. */
	FILE,

	/** A source that is not a store has changed its mind. */
	SOURCE,

	/** The time that the switch was to be on for had ended. */
	LEASE,

	/** A stage of the switch has gone on, or back, by itself. */
	STAGE,

	/** The detector has noticed it by itself. */
	DETECTOR,

	/** Another process or application context that shares the store. */
	ELSEWHERE;

	@Override
	@JsonValue
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
