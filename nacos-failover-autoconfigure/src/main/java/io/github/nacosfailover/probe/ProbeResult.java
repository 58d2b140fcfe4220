package io.github.nacosfailover.probe;

/**
 * The result of an attempt to connect to an address.
 */
public enum ProbeResult {

	/** It has accepted the connection. */
	ANSWERS,

	/** Its host has refused the connection: no process listens there. */
	REFUSED,

	/** Nothing came back in time, or the network did not deliver. */
	SILENT

}
