package io.github.nacosfailover.report;

/**
 * State of a service as the detector sees it.
 */
public enum DetectorState {

	/** The server lists what it is expected to list. */
	NORMAL,

	/**
	 * The server lists far fewer instances than the backup has, or cannot be reached. It
	 * is being found out whether the missing instances still answer.
	 */
	SUSPECT,

	/** Missing instances answer: they are served beside those that the server lists. */
	HELD,

	/** As {@link #HELD}, while the server lists enough instances again. */
	RECOVERING,

	/** Was held too often, and is not held again until an operator acknowledges that. */
	LOCKED

}
