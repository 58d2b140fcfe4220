package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.SnapshotContent;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotOutcome;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;

/**
 * {@link Endpoint @Endpoint} that takes snapshots and brings them back.
 */
@Endpoint(id = "nacosfailoversnapshots")
public class NacosFailoverSnapshotsEndpoint {

	private final NacosFailoverSnapshots snapshots;

	public NacosFailoverSnapshotsEndpoint(NacosFailoverSnapshots snapshots) {
		this.snapshots = snapshots;
	}

	/**
	 * The snapshots there are, newest first, and what is kept from them.
	 * @return the list
	 */
	@ReadOperation
	public SnapshotList list() {
		return this.snapshots.list();
	}

	/**
	 * What is in a snapshot, compared with the present.
	 * @param id the snapshot
	 * @param namespace the namespace, all that have it if not given
	 * @return the comparison
	 */
	@ReadOperation
	public SnapshotContent show(@Selector String id, @Nullable String namespace) {
		return this.snapshots.show(id, namespace);
	}

	/**
	 * Takes a snapshot now, or copies between the failover directory of this application
	 * and the store that it shares with others.
	 * @param namespace the namespace, all if not given
	 * @param force whether to take data that guards hold back, and to replace backups
	 * that were edited by hand
	 * @param copy {@code to-store} or {@code to-disk} to copy instead
	 * @param service the only service to save, also while failover is on
	 * @return the result
	 */
	@WriteOperation
	public SnapshotOutcome take(@Nullable String namespace, @Nullable String force, @Nullable String copy,
			@Nullable String service) {
		return take(new SnapshotRequest(service, namespace, FieldValues.flag("force", force),
				FieldValues.direction(copy), "jmx", SwitchOrigin.JMX));
	}

	SnapshotOutcome take(SnapshotRequest request) {
		if (request.service() != null) {
			return this.snapshots.takeService(request.service(), request.namespace(),
					Boolean.TRUE.equals(request.force()), request.by(), request.origin());
		}
		return (request.copy() != null)
				? this.snapshots.copy(request.copy(), request.namespace(), request.by(), request.origin())
				: this.snapshots.take(request.namespace(), Boolean.TRUE.equals(request.force()), request.by(),
						request.origin());
	}

	/**
	 * Restores, pins or unpins a snapshot.
	 * @param id the snapshot
	 * @param restore {@code true} to restore it
	 * @param mode {@code merge} to keep the backups of services that it does not have,
	 * which is the default, or {@code exact} to remove them
	 * @param pinned whether newer ones must not drive it out
	 * @param namespace the namespace, all that have it if not given
	 * @param services the services to restore, comma-separated, all if not given
	 * @return the result of a restore, or the snapshots there are
	 */
	@WriteOperation
	public Object change(@Selector String id, @Nullable String restore, @Nullable String mode, @Nullable String pinned,
			@Nullable String namespace, @Nullable String services) {
		return change(new SnapshotChangeRequest(id, FieldValues.isTrue("restore", restore), FieldValues.names(services),
				FieldValues.isExact(mode), FieldValues.flag("pinned", pinned), namespace, "jmx", SwitchOrigin.JMX));
	}

	Object change(SnapshotChangeRequest request) {
		if (request.services() != null) {
			return this.snapshots.restoreServices(request.id(), request.namespace(), request.services(), request.by(),
					request.origin());
		}
		return (request.pinned() != null) ? this.snapshots.pin(request.id(), request.namespace(), request.pinned())
				: this.snapshots.restore(request.id(), request.namespace(), request.exact(), request.by(),
						request.origin());
	}

	/**
	 * Deletes a snapshot. Backups in use stay as they are.
	 * @param id the snapshot
	 * @param namespace the namespace, all that have it if not given
	 * @return the snapshots there are
	 */
	@DeleteOperation
	public SnapshotList delete(@Selector String id, @Nullable String namespace) {
		this.snapshots.delete(id, namespace);
		return list();
	}

}
