package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.Collection;

import io.github.nacosfailover.store.Votes;
import org.jspecify.annotations.Nullable;

/**
 * What processes say is part of the reports they make anyway.
 */
final class SharedVotes implements Votes {

	/** About the end of a switch. */
	static final String END = "vote";

	/** About services that the server has lost instances of. */
	static final String HOLDS = "holds";

	private final Fleet fleet;

	private final String topic;

	private final Runnable wakeUp;

	/**
	 * Creates a new instance.
	 * @param fleet makes the reports
	 * @param topic what the votes are about
	 * @param wakeUp lets the next report be made soon
	 */
	SharedVotes(Fleet fleet, String topic, Runnable wakeUp) {
		this.fleet = fleet;
		this.topic = topic;
		this.wakeUp = wakeUp;
	}

	@Override
	public void say(@Nullable String text) {
		if (this.fleet.say(this.topic, text)) {
			this.wakeUp.run();
		}
	}

	@Override
	public Collection<String> others() throws IOException {
		return this.fleet.othersSay(this.topic);
	}

}
