package io.github.nacosfailover.store;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Writes backups into a store and remembers what they were before. Every write that
 * changes something is a {@link Snapshot}.
 * <p>
 * A backup that was edited manually is never replaced unless requested. It is recognised
 * by its content, since the contents of written backups are known.
 * <p>
 * Safe for use by any thread, and by several processes at once. All methods may block on
 * I/O; the state of the store shows a change before the method that made it returns.
 */
public interface SnapshotArchive {

	/**
	 * The backups that this archive has written and that nobody has replaced since.
	 * @return what they are, by service
	 * @throws IOException if they cannot be determined; the message names the place and
	 * the cure
	 */
	Map<ServiceKey, SavedBackup> saved() throws IOException;

	/**
	 * The services whose backup was written by somebody else, and is left alone.
	 * @return their keys
	 * @throws IOException if they cannot be determined
	 */
	Set<ServiceKey> manual() throws IOException;

	/**
	 * Those among {@link #manual()} that cannot be read, with the reason.
	 * @return what is wrong with each and what to do, by service
	 * @throws IOException if they cannot be determined
	 */
	default Map<ServiceKey, String> unreadable() throws IOException {
		return Map.of();
	}

	/**
	 * Writes backups, all or none.
	 * @param change what to write
	 * @return the result
	 * @throws IOException if it cannot be written, in which case the backups are as
	 * before; the message names the place and the cure
	 */
	SnapshotResult write(SnapshotChange change) throws IOException;

	/**
	 * The snapshots there are, newest first.
	 * @return the readable ones; a damaged one is a problem
	 * @throws IOException if they cannot be listed
	 */
	List<Snapshot> snapshots() throws IOException;

	/**
	 * The backups of a snapshot.
	 * @param id the snapshot
	 * @return what they are, by service
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws IOException if it cannot be read
	 */
	Map<ServiceKey, SavedBackup> services(String id) throws IOException;

	/**
	 * Restores the backups of a snapshot, which makes a new one. Manual backups are
	 * replaced too.
	 * @param id the snapshot to restore
	 * @param exact whether to remove the services that it does not have
	 * @param newId id of the snapshot that the restore makes
	 * @param by who asks
	 * @return the result
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws IOException if it cannot be read or written; nothing has changed
	 */
	default SnapshotResult restore(String id, boolean exact, String newId, String by) throws IOException {
		return restore(id, null, exact, newId, by);
	}

	/**
	 * Restores some backups of a snapshot, which makes a new one. Manual backups are
	 * replaced too.
	 * @param id the snapshot to restore
	 * @param services the services, {@code null} for all that it has
	 * @param exact whether to remove the services that it does not have, which goes with
	 * all only
	 * @param newId id of the snapshot that the restore makes
	 * @param by who asks
	 * @return the result
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws IOException if it cannot be read or written; nothing has changed
	 */
	SnapshotResult restore(String id, @Nullable Set<ServiceKey> services, boolean exact, String newId, String by)
			throws IOException;

	/**
	 * Pins a snapshot, so that retention does not delete it, or unpins it.
	 * @param id the snapshot
	 * @param pinned whether to pin it
	 * @return the snapshot as it is now
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws IOException if it cannot be written
	 */
	Snapshot pin(String id, boolean pinned) throws IOException;

	/**
	 * Deletes a snapshot. The backups in use stay as they are, also those of the newest
	 * snapshot.
	 * @param id the snapshot
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws IOException if it cannot be deleted
	 */
	void delete(String id) throws IOException;

	/**
	 * The snapshots there are, for another archive.
	 * @return the readable ones, newest first
	 * @throws IOException if they cannot be listed
	 */
	default List<SnapshotCopy> copies() throws IOException {
		return List.of();
	}

	/**
	 * Copies snapshots of another archive that this one does not have, with their ids,
	 * times and pins. Existing snapshots are neither changed nor deleted to make room.
	 * @param copies the snapshots, newest first
	 * @return ids of those that were not taken over, each with the reason, for people
	 * @throws IOException if they cannot be written; those that were taken over stay
	 */
	default Map<String, String> takeOver(List<SnapshotCopy> copies) throws IOException {
		throw new IOException("this archive takes over no snapshots");
	}

	/**
	 * Return the state of the guard that decides on these snapshots.
	 * @return the state
	 */
	GuardState guardState();

	/**
	 * Return what the detector remembers of holds.
	 * @return the state
	 */
	GuardState holds();

	/**
	 * Return whether many processes may write here, so that each should avoid writes of
	 * minor importance.
	 * @return {@code true} for an archive that is shared beyond one host
	 */
	default boolean isShared() {
		return false;
	}

	/**
	 * Returns the current problems.
	 * @return the problems, found when the archive was last used
	 */
	List<Problem> problems();

}
