package io.github.nacosfailover.store;

import java.io.IOException;

import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The hand on top of a shared store: a switch and backups of this process alone. It has
 * an opinion on the switch only if somebody has set it here.
 */
public interface LocalOverride extends FailoverSource {

	/**
	 * Sets the switch of this process alone, durably.
	 * @param state the switch
	 * @throws IOException if it cannot be written; the message names the place and the
	 * cure
	 */
	void writeSwitch(SwitchState state) throws IOException;

	/**
	 * Lets the shared store decide again.
	 * @throws IOException if it cannot be written
	 */
	void removeSwitch() throws IOException;

	/**
	 * Where this process keeps who has switched.
	 * @return the log, or {@code null} if there is none
	 */
	@Nullable SwitchLog switchLog();

}
