package io.github.nacosfailover;

import java.util.Collection;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.UnknownNamespaceException;
import io.github.nacosfailover.exception.UnknownServiceException;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.report.SnapshotContent;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.MigrationDirection;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of what the server says and brings them back. There is one bean of this
 * type per application context; it is what the actuator endpoint uses. Safe for use by
 * any thread; the methods block on I/O.
 * <p>
 * In an application of several namespaces a snapshot that is taken of all has the same id
 * in each of them.
 */
public interface NacosFailoverSnapshots {

	/**
	 * The snapshots there are, newest first, and what is kept from them.
	 * @return the list
	 */
	SnapshotList list();

	/**
	 * Takes a snapshot now of every service in use.
	 * @param namespace the namespace, {@code null} for all
	 * @param force whether to take data that guards hold back, and to replace backups
	 * that were edited by hand
	 * @param by who asks
	 * @return the result
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if no snapshot can be taken or written; backups
	 * are as before
	 */
	default SnapshotOutcome take(@Nullable String namespace, boolean force, String by) {
		return take(namespace, force, by, SwitchOrigin.API);
	}

	/**
	 * Takes a snapshot now of every service in use.
	 * @param namespace the namespace, {@code null} for all
	 * @param force whether to take data that guards hold back, and to replace backups
	 * that were edited by hand
	 * @param by who asks
	 * @param origin the way it came, for the history
	 * @return the result
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if no snapshot can be taken or written; backups
	 * are as before
	 */
	SnapshotOutcome take(@Nullable String namespace, boolean force, String by, SwitchOrigin origin);

	/**
	 * Restores a snapshot, which makes a new one. Queries see it when the method returns,
	 * if failover is on.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @param exact whether services that it does not have lose their backup
	 * @param by who asks
	 * @return the result
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be read or written
	 */
	default SnapshotOutcome restore(String id, @Nullable String namespace, boolean exact, String by) {
		return restore(id, namespace, exact, by, SwitchOrigin.API);
	}

	/**
	 * Restores a snapshot, which makes a new one. Queries see it when the method returns,
	 * if failover is on.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @param exact whether services that it does not have lose their backup
	 * @param by who asks
	 * @param origin the way it came, for the history
	 * @return the result
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be read or written
	 */
	SnapshotOutcome restore(String id, @Nullable String namespace, boolean exact, String by, SwitchOrigin origin);

	/**
	 * Saves one service now, also while failover is on, for it or for others.
	 * @param service {@code group@@service}, or {@code service} in {@code DEFAULT_GROUP}
	 * @param namespace the namespace, {@code null} for all that know the service
	 * @param force whether to take what guards hold back, and to replace a backup that
	 * was edited by hand
	 * @param by who asks
	 * @param origin the way it came, for the history
	 * @return the result
	 * @throws UnknownServiceException if nobody knows the service
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if no snapshot can be taken or written; the backup
	 * is as before
	 */
	SnapshotOutcome takeService(String service, @Nullable String namespace, boolean force, String by,
			SwitchOrigin origin);

	/**
	 * What is in a snapshot, compared with the backups that there are and with what is
	 * live.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @return the comparison
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be read
	 */
	SnapshotContent show(String id, @Nullable String namespace);

	/**
	 * Restores some services of a snapshot, which makes a new one.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @param services the services
	 * @param by who asks
	 * @param origin the way it came, for the history
	 * @return the result
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownServiceException if it does not have one of the services; nothing
	 * has changed
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be read or written
	 */
	SnapshotOutcome restoreServices(String id, @Nullable String namespace, Collection<String> services, String by,
			SwitchOrigin origin);

	/**
	 * Pins a snapshot, so that no newer one drives it out, or lets go of it.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @param pinned whether to pin it
	 * @return the snapshots there are
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be written
	 */
	SnapshotList pin(String id, @Nullable String namespace, boolean pinned);

	/**
	 * Deletes a snapshot. Backups in use stay as they are.
	 * @param id the snapshot
	 * @param namespace the namespace, {@code null} for all that have it
	 * @throws UnknownSnapshotException if there is no such snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if it cannot be deleted
	 */
	void delete(String id, @Nullable String namespace);

	/**
	 * Copies what this application has in its failover directory into the store that it
	 * shares with others, or back: the backups, and the switch as far as it is the same.
	 * Nobody is switched by it, and to repeat it does no harm.
	 * @param direction which way
	 * @param namespace the namespace, {@code null} for all
	 * @param by who asks
	 * @return the result, as of a snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if the store is not shared, a copy would switch
	 * others, or something cannot be written
	 */
	default SnapshotOutcome copy(MigrationDirection direction, @Nullable String namespace, String by) {
		return copy(direction, namespace, by, SwitchOrigin.API);
	}

	/**
	 * Copies what this application has in its failover directory into the store that it
	 * shares with others, or back: the backups, and the switch as far as it is the same.
	 * Nobody is switched by it, and to repeat it does no harm.
	 * @param direction which way
	 * @param namespace the namespace, {@code null} for all
	 * @param by who asks
	 * @param origin the way it came, for the history
	 * @return the result, as of a snapshot
	 * @throws UnknownNamespaceException if no client uses the namespace
	 * @throws FailoverRefusedException if the store is not shared, a copy would switch
	 * others, or something cannot be written
	 */
	SnapshotOutcome copy(MigrationDirection direction, @Nullable String namespace, String by, SwitchOrigin origin);

}
