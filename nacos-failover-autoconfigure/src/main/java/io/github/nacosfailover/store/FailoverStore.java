package io.github.nacosfailover.store;

import java.io.IOException;

import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The source of a namespace that can also be written. It comes last in the order of
 * sources and always has an opinion on the switch.
 */
public interface FailoverStore extends FailoverSource {

	@Override
	default boolean isWritable() {
		return true;
	}

	/**
	 * Writes the switch durably. When the method returns, {@link #state()} shows it and
	 * listeners have been called.
	 * @param state the new state
	 * @throws IOException if it cannot be written, in which case nothing has changed; the
	 * message names the place and the cure
	 */
	void writeSwitch(SwitchState state) throws IOException;

	/**
	 * Where this store keeps who has switched.
	 * @return the log, or {@code null} if the store keeps none, so that it lasts as long
	 * as the process
	 */
	default @Nullable SwitchLog switchLog() {
		return null;
	}

	/**
	 * Where snapshots of this store go.
	 * @return the archive, or {@code null} if the store keeps no snapshots
	 */
	default @Nullable SnapshotArchive archive() {
		return null;
	}

}
