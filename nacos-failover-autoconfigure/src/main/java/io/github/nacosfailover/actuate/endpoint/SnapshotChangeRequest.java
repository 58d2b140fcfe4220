package io.github.nacosfailover.actuate.endpoint;

import java.util.List;

import io.github.nacosfailover.event.SwitchOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A request to restore, pin or unpin a snapshot.
 *
 * @param id the snapshot
 * @param restore whether to bring it back
 * @param services the services to restore, {@code null} for all
 * @param exact whether services that it does not have lose their backup then
 * @param pinned whether newer ones must not drive it out, {@code null} for a restore
 * @param namespace the namespace, {@code null} for all that have it
 * @param by who asks
 * @param origin the way it came
 */
record SnapshotChangeRequest(String id, boolean restore, @Nullable List<String> services, boolean exact,
		@Nullable Boolean pinned, @Nullable String namespace, String by, SwitchOrigin origin) {

	SnapshotChangeRequest {
		if (restore && pinned != null) {
			throw new IllegalArgumentException("'restore' and 'pinned' are two requests; send one after the other");
		}
		if (services != null && (exact || pinned != null)) {
			throw new IllegalArgumentException("'services' goes with {\"restore\": true} and the mode merge only");
		}
		if (!restore && pinned == null) {
			throw new IllegalArgumentException(
					"Nothing is asked for; send {\"restore\": true}, {\"pinned\": true} or {\"pinned\": false}");
		}
	}

}
