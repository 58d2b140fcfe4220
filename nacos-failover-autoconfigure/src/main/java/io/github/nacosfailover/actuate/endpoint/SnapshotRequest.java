package io.github.nacosfailover.actuate.endpoint;

import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.request.MigrationDirection;
import org.jspecify.annotations.Nullable;

/**
 * A request to take a snapshot, or to copy between the failover directory and the store.
 *
 * @param service the only service to save, {@code null} for all
 * @param namespace the namespace, {@code null} for all
 * @param force whether to take data that guards hold back, {@code null} if it is not said
 * @param copy the direction to copy in, {@code null} to take a snapshot
 * @param by who asks
 * @param origin the way it came
 */
record SnapshotRequest(@Nullable String service, @Nullable String namespace, @Nullable Boolean force,
		@Nullable MigrationDirection copy, String by, SwitchOrigin origin) {

	SnapshotRequest {
		if (copy != null && force != null) {
			throw new IllegalArgumentException("'force' means nothing for a copy; leave it out");
		}
		if (copy != null && service != null) {
			throw new IllegalArgumentException("'service' means nothing for a copy; leave it out");
		}
	}

}
