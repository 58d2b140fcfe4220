package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.NacosFailoverSnapshots;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.SnapshotList;
import io.github.nacosfailover.report.SnapshotOutcome;
import io.github.nacosfailover.request.MigrationDirection;
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
	 * Takes a snapshot now, or copies between the failover directory of this application
	 * and the store that it shares with others.
	 * @param namespace the namespace, all if not given
	 * @param force whether to take data that guards hold back, and to replace backups
	 * that were edited by hand
	 * @param copy {@code to-store} or {@code to-disk} to copy instead
	 * @return the result
	 */
	@WriteOperation
	public SnapshotOutcome take(@Nullable String namespace, @Nullable String force, @Nullable String copy) {
		return take("jmx", SwitchOrigin.JMX, namespace, force, copy);
	}

	SnapshotOutcome take(String by, SwitchOrigin origin, @Nullable String namespace, @Nullable String force,
			@Nullable String copy) {
		if (copy == null) {
			return this.snapshots.take(namespace, isTrue("force", force), by, origin);
		}
		if (force != null) {
			throw new IllegalArgumentException("'force' means nothing for a copy; leave it out");
		}
		return this.snapshots.copy(direction(copy), namespace, by, origin);
	}

	private static MigrationDirection direction(String copy) {
		return switch (copy) {
			case "to-store" -> MigrationDirection.TO_STORE;
			case "to-disk" -> MigrationDirection.TO_DISK;
			default -> throw new IllegalArgumentException("'copy' is neither to-store nor to-disk");
		};
	}

	/**
	 * Brings back, pins or lets go of a snapshot.
	 * @param id the snapshot
	 * @param restore {@code true} to bring it back
	 * @param mode {@code merge} to keep the backups of services that it does not have,
	 * which is the default, or {@code exact} to remove them
	 * @param pinned whether newer ones must not drive it out
	 * @param namespace the namespace, all that have it if not given
	 * @return the result of a restore, or the snapshots there are
	 */
	@WriteOperation
	public Object change(@Selector String id, @Nullable String restore, @Nullable String mode, @Nullable String pinned,
			@Nullable String namespace) {
		return change("jmx", SwitchOrigin.JMX, id, restore, mode, pinned, namespace);
	}

	Object change(String by, SwitchOrigin origin, String id, @Nullable String restore, @Nullable String mode,
			@Nullable String pinned, @Nullable String namespace) {
		boolean exact = isExact(mode);
		if (isTrue("restore", restore)) {
			if (pinned != null) {
				throw new IllegalArgumentException("'restore' and 'pinned' are two requests; send one after the other");
			}
			return this.snapshots.restore(id, namespace, exact, by, origin);
		}
		if (pinned == null) {
			throw new IllegalArgumentException(
					"Nothing is asked for; send {\"restore\": true}, {\"pinned\": true} or {\"pinned\": false}");
		}
		return this.snapshots.pin(id, namespace, isTrue("pinned", pinned));
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

	private static boolean isTrue(String name, @Nullable String value) {
		if (value == null || value.equals("true") || value.equals("false")) {
			return "true".equals(value);
		}
		throw new IllegalArgumentException("'%s' is neither true nor false".formatted(name));
	}

	private static boolean isExact(@Nullable String mode) {
		if (mode == null || mode.equals("merge") || mode.equals("exact")) {
			return "exact".equals(mode);
		}
		throw new IllegalArgumentException(
				"'mode' is neither merge, which keeps services added since, nor exact, which removes them");
	}

}
