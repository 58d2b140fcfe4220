package io.github.nacosfailover.engine;

import org.jspecify.annotations.Nullable;

/**
 * State of the server of a namespace as its clients see it.
 */
public enum ServerStatus {

	/** A client is connected. */
	UP,

	/** No client is connected. */
	DOWN,

	/** No client can tell. */
	UNKNOWN;

	/**
	 * The status that a naming client answers.
	 * @param status what it answers
	 * @return the status, {@link #UNKNOWN} if the answer is neither up nor down
	 */
	public static ServerStatus of(@Nullable String status) {
		if ("UP".equals(status)) {
			return UP;
		}
		return "DOWN".equals(status) ? DOWN : UNKNOWN;
	}

}
