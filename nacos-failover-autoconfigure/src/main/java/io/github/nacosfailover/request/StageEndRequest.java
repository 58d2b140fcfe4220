package io.github.nacosfailover.request;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to end the stage of a shared switch before its time.
 *
 * @param namespace the namespace, {@code null} for all in which a stage is running
 * @param goOn whether the other instances follow now; otherwise the first share goes back
 * @param by who asks
 * @param reason why, for those who look later, at most 1024 bytes of UTF-8
 * @param force whether to override guards
 * @param origin the way it came
 */
public record StageEndRequest(@Nullable String namespace, boolean goOn, String by, @Nullable String reason,
		boolean force, SwitchOrigin origin) {

	/**
	 * Creates a request.
	 * @throws IllegalArgumentException if the reason is too long
	 */
	public StageEndRequest {
		SwitchRequest.checkReason(reason);
	}

	/**
	 * Lets the first share go back.
	 * @param by who asks
	 * @return the request
	 */
	public static StageEndRequest stop(String by) {
		return new StageEndRequest(null, false, by, null, false, SwitchOrigin.API);
	}

	/**
	 * Lets the other instances follow now.
	 * @param by who asks
	 * @return the request
	 */
	public static StageEndRequest goOn(String by) {
		return new StageEndRequest(null, true, by, null, false, SwitchOrigin.API);
	}

}
