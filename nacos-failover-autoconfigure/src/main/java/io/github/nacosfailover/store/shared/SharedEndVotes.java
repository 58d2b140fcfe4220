package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.Collection;

import io.github.nacosfailover.store.EndVotes;
import org.jspecify.annotations.Nullable;

/**
 * What processes say is part of the reports they make anyway.
 */
final class SharedEndVotes implements EndVotes {

	private final Fleet fleet;

	private final Runnable wakeUp;

	/**
	 * Creates it.
	 * @param fleet makes the reports
	 * @param wakeUp lets the next report be made soon
	 */
	SharedEndVotes(Fleet fleet, Runnable wakeUp) {
		this.fleet = fleet;
		this.wakeUp = wakeUp;
	}

	@Override
	public void say(@Nullable String text) {
		if (this.fleet.say((text != null) ? text : "")) {
			this.wakeUp.run();
		}
	}

	@Override
	public Collection<String> others() throws IOException {
		return this.fleet.othersSay();
	}

}
