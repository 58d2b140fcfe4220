package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * Local files that take precedence over a shared store: a switch and backups of this
 * process alone. Has a switch only if there is a switch file.
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
	 * Removes the local switch, so that that of the shared store applies.
	 * @throws IOException if it cannot be written
	 */
	void removeSwitch() throws IOException;

	/**
	 * Moves backups and the switch to another directory, so that those of the shared
	 * store apply again. Deletes nothing.
	 * @param backups what the store has by now
	 * @return the services whose backup stays, since it is another one by now or not ours
	 * to move
	 * @throws IOException if something cannot be moved; the message names the place and
	 * the cure
	 */
	Set<ServiceKey> moveMigrated(Collection<Backup> backups) throws IOException;

	/**
	 * Returns the archive of local backups.
	 * @return the archive of the directory
	 */
	SnapshotArchive archive();

	/**
	 * Returns the history of the local switch.
	 * @return the log, or {@code null} if there is none
	 */
	@Nullable SwitchLog switchLog();

}
