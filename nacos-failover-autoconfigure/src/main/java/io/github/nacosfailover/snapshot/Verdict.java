package io.github.nacosfailover.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * What is to become of the backup of a service.
 *
 * @param action what to do
 * @param reason why it is kept, for people, {@code null} for other actions
 */
record Verdict(Action action, @Nullable String reason) {

	static final Verdict NOTHING = new Verdict(Action.NOTHING, null);

	static final Verdict TAKE = new Verdict(Action.TAKE, null);

	static final Verdict REMOVE = new Verdict(Action.REMOVE, null);

	static Verdict keep(String reason) {
		return new Verdict(Action.KEEP, reason);
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
