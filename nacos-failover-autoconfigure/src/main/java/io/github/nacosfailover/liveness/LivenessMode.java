package io.github.nacosfailover.liveness;

/**
 * How it is found out which served instances accept calls.
 */
public enum LivenessMode {

	/** Not at all. */
	OFF,

	/** By connecting to them. */
	PROBE,

	/** By the failures of calls. */
	PASSIVE,

	/** Both ways. */
	BOTH;

	boolean isProbing() {
		return this == PROBE || this == BOTH;
	}

	boolean isPassive() {
		return this == PASSIVE || this == BOTH;
	}

}
