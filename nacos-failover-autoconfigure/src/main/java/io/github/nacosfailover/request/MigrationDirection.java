package io.github.nacosfailover.request;

/**
 * Which way backups and the switch are copied between the failover directory of an
 * instance and the store that it shares with others.
 */
public enum MigrationDirection {

	/** From the directory into the store; what was copied is moved out of the way. */
	TO_STORE,

	/** From the store into the directory, where it counts for this instance alone. */
	TO_DISK

}
