package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * The source of a namespace that can also be written. It comes last in the order of
 * sources and always has a switch.
 */
public interface FailoverStore extends FailoverSource {

	@Override
	default boolean isWritable() {
		return writeObstacle() == null;
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
	 * Changes the switch durably, as {@link #writeSwitch} does.
	 * @param change leads from the switch there is to the new one; may be asked again if
	 * another process has written meanwhile
	 * @throws IOException if it cannot be written
	 */
	default void changeSwitch(UnaryOperator<SwitchState> change) throws IOException {
		SwitchState known = state().failoverSwitch();
		writeSwitch(change.apply((known != null) ? known : SwitchState.OFF));
	}

	/**
	 * Returns why a write would fail now, as far as this is known without writing. Must
	 * not block.
	 * @return the reason, with the place and the cure, or {@code null} if nothing is
	 * known against a write
	 */
	default @Nullable String writeObstacle() {
		return null;
	}

	/**
	 * Returns the history of the switch.
	 * @return the log, or {@code null} if the store keeps none, so that it lasts as long
	 * as the process
	 */
	default @Nullable SwitchLog switchLog() {
		return null;
	}

	/**
	 * Returns the log of services in use.
	 * @return the log, or {@code null} if the store keeps none, so that it is known as
	 * long as the process lasts
	 */
	default @Nullable UsageLog usageLog() {
		return null;
	}

	/**
	 * Lets this process agree with others on the end of a switch.
	 * @return what carries the words of the caller, or {@code null} if there is no such
	 * thing
	 */
	default @Nullable Votes endVotes() {
		return null;
	}

	/**
	 * Returns the votes on holds.
	 * @return the votes, {@code null} if each holds for itself
	 */
	default @Nullable Votes holdVotes() {
		return null;
	}

	/**
	 * Returns what staged changes of the switch need.
	 * @return the processes that share the store, {@code null} if they are not known
	 */
	default @Nullable StagedFleet stagedFleet() {
		return null;
	}

	/**
	 * Returns the archive of snapshots.
	 * @return the archive, or {@code null} if the store keeps no snapshots
	 */
	default @Nullable SnapshotArchive archive() {
		return null;
	}

	/**
	 * Records that a service is in use, so that its backup should be at hand. Must not
	 * block.
	 * @param key the service
	 */
	default void used(ServiceKey key) {
	}

	/**
	 * Who has applied the switch, where several processes share the store.
	 * @return the state of the fleet, or {@code null} if the store is not shared or
	 * cannot tell now
	 */
	default @Nullable FleetState fleet() {
		return null;
	}

}
