package io.github.nacosfailover.request;

/**
 * How far a change of the switch reaches.
 */
public enum SwitchScope {

	/** All processes that share the store. */
	ALL,

	/** This process alone, whatever the others do, until it is undone. */
	LOCAL

}
