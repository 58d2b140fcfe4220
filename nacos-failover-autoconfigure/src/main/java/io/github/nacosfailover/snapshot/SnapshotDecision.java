package io.github.nacosfailover.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of the backup of a service.
 *
 * @param action what to do
 * @param reason why it is kept, for people, {@code null} for other actions
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

		/** There is nothing to do. */
		NOTHING,

		/** Write what the server says. */
		TAKE,

		/** Remove the backup, since the service is gone. */
		REMOVE,

		/** Leave the backup though the server says something else. */
		KEEP

	}

}
