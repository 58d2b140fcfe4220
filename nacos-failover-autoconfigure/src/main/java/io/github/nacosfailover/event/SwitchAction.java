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
	COPY;

	@Override
	@JsonValue
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
