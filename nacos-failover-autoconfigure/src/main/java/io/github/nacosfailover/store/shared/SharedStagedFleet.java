package io.github.nacosfailover.store.shared;

import java.io.IOException;
import java.util.Map;

import io.github.nacosfailover.store.StagedFleet;
import org.jspecify.annotations.Nullable;

/**
 * What processes say about a stage is part of the reports they make anyway.
 */
final class SharedStagedFleet implements StagedFleet {

	private static final String TOPIC = "stage";

	private final Fleet fleet;

	private final String instance;

	private final Runnable wakeUp;

	/**
	 * Creates a new instance.
	 * @param fleet makes the reports
	 * @param instance name of this process
	 * @param wakeUp lets the next report be made soon
	 */
	SharedStagedFleet(Fleet fleet, String instance, Runnable wakeUp) {
		this.fleet = fleet;
		this.instance = instance;
		this.wakeUp = wakeUp;
	}

	@Override
	public String instance() {
		return this.instance;
	}

	@Override
	public void say(@Nullable String text) {
		if (this.fleet.say(TOPIC, text)) {
			this.wakeUp.run();
		}
	}

	@Override
	public Map<String, String> said() throws IOException {
		return this.fleet.allSay(TOPIC);
	}

}
