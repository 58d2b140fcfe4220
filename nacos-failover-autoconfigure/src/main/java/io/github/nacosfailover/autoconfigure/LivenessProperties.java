package io.github.nacosfailover.autoconfigure;

import java.time.Duration;

import io.github.nacosfailover.liveness.LivenessMode;
import io.github.nacosfailover.liveness.LivenessSettings;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.property.Percentage;

/**
 * Properties of the liveness of instances that are served from backups.
 */
public class LivenessProperties {

	private static final String PREFIX = "nacos.failover.liveness.";

	/**
	 * How it is found out which instances of a served backup accept calls: not at all, by
	 * connecting to them, by the failures of calls, or both ways.
	 */
	private LivenessMode mode = LivenessMode.BOTH;

	/**
	 * Pause between two connections to an instance.
	 */
	private Duration interval = Duration.ofSeconds(10);

	/**
	 * Connections per second of this process. If that is too few for all instances, the
	 * interval is longer.
	 */
	private int maxRate = 50;

	/**
	 * Percentage of the instances that have to answer for silent ones to be left out:
	 * '30%' or '0.3'. If fewer do, silent instances are served.
	 */
	private String panic = "30%";

	public LivenessMode getMode() {
		return this.mode;
	}

	public void setMode(LivenessMode mode) {
		this.mode = mode;
	}

	public Duration getInterval() {
		return this.interval;
	}

	public void setInterval(Duration interval) {
		this.interval = interval;
	}

	public int getMaxRate() {
		return this.maxRate;
	}

	public void setMaxRate(int maxRate) {
		this.maxRate = maxRate;
	}

	public String getPanic() {
		return this.panic;
	}

	public void setPanic(String panic) {
		this.panic = panic;
	}

	void validate() {
		InvalidFailoverPropertyException.requirePositive(PREFIX + "interval", this.interval, "10s");
		if (this.maxRate < 1) {
			throw new InvalidFailoverPropertyException(PREFIX + "max-rate", this.maxRate, "it is less than 1",
					"Set a number such as 50, or nacos.failover.liveness.mode=off to connect to nothing");
		}
		toSettings();
	}

	LivenessSettings toSettings() {
		return new LivenessSettings(this.mode, this.interval, Percentage.parse(PREFIX + "panic", this.panic));
	}

}
