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
 * Local files on top of a shared store: a switch and backups of this process alone. It
 * has an opinion on the switch only if somebody has set it here.
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
	 * Moves backups and the switch out of the way, so that the shared store decides
	 * again. Nothing is deleted.
	 * @param backups what the store has by now
	 * @return the services whose backup stays, since it is another one by now or not ours
	 * to move
	 * @throws IOException if something cannot be moved; the message names the place and
	 * the cure
	 */
	Set<ServiceKey> setAside(Collection<Backup> backups) throws IOException;

	/**
	 * Where backups of this process alone are written.
	 * @return the archive of the directory
	 */
	SnapshotArchive archive();

	/**
	 * Where this process keeps who has switched.
	 * @return the log, or {@code null} if there is none
	 */
	@Nullable SwitchLog switchLog();

}
