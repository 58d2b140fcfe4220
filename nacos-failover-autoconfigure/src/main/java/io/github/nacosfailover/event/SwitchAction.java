package io.github.nacosfailover.event;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What an entry of the history tells of.
 */
public enum SwitchAction {

	/** The switch of a namespace or of a service. */
	SWITCH,

	/** A snapshot that was brought back. */
	RESTORE,

	/** A snapshot that was taken by force. */
	SNAPSHOT,

	/** Backups and the switch that were copied between a directory and the store. */
	COPY,

	/** A service that the detector has held, or does not hold any more. */
	HOLD,

	/** A drill that has begun or ended. */
	DRILL,

	/** A way back that was armed, and what has become of it. */
	RETURN,

	/** A stage of the switch that has begun, and what has become of it. */
	STAGE,

	/** The mode of the detector, or a hold that an operator has acknowledged. */
	DETECTOR;

	@Override
	@JsonValue
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
