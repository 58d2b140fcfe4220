package io.github.nacosfailover.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * The guard's decision on the backup of a service.
 *
 * @param action what to do
 * @param reason why it is kept, as shown to operators, {@code null} for other actions
 */
record SnapshotDecision(Action action, @Nullable String reason) {

	static final SnapshotDecision NOTHING = new SnapshotDecision(Action.NOTHING, null);

	static final SnapshotDecision TAKE = new SnapshotDecision(Action.TAKE, null);

	static final SnapshotDecision REMOVE = new SnapshotDecision(Action.REMOVE, null);

	static SnapshotDecision keep(String reason) {
		return new SnapshotDecision(Action.KEEP, reason);
	}

	/** What to do. */
	enum Action {

		/** The backup is up to date. */
		NOTHING,

		/** Write what the server reports. */
		TAKE,

		/** Remove the backup, since the service is gone. */
		REMOVE,

		/** Keep the backup although the server reports something else. */
		KEEP

	}

}
