package io.github.nacosfailover.autoconfigure;

import java.time.Duration;

import io.github.nacosfailover.guard.GuardSettings;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.property.Percentage;

/**
 * Properties of what speaks against a switch.
 */
public class GuardProperties {

	private static final String PREFIX = "nacos.failover.guard.";

	/**
	 * Percentage of the services in use that must have a backup for failover to be
	 * switched on: '50%' or '0.5'. With 0, missing backups are only warned of.
	 */
	private String minCoverage = "0%";

	/**
	 * Percentage of the healthy instances in the backup of a service that must be live
	 * and healthy for failover to be switched off: '50%' or '0.5'.
	 */
	private String minLive = "50%";

	/**
	 * What to do when a switch is on for longer than it was to be.
	 */
	private OnExpiry onExpiry = OnExpiry.WARN;

	/**
	 * How long failover may be on before that is warned of, if no end was given. 0 to be
	 * warned of given ends only.
	 */
	private Duration remindAfter = Duration.ofHours(24);

	public String getMinCoverage() {
		return this.minCoverage;
	}

	public void setMinCoverage(String minCoverage) {
		this.minCoverage = minCoverage;
	}

	public String getMinLive() {
		return this.minLive;
	}

	public void setMinLive(String minLive) {
		this.minLive = minLive;
	}

	public OnExpiry getOnExpiry() {
		return this.onExpiry;
	}

	public void setOnExpiry(OnExpiry onExpiry) {
		this.onExpiry = onExpiry;
	}

	public Duration getRemindAfter() {
		return this.remindAfter;
	}

	public void setRemindAfter(Duration remindAfter) {
		this.remindAfter = remindAfter;
	}

	void validate() {
		settings(Duration.ZERO);
		if (this.remindAfter.isNegative()) {
			throw new InvalidFailoverPropertyException(PREFIX + "remind-after", this.remindAfter, "it is negative",
					"Set a duration such as '24h', or '0s' to be reminded of given ends only");
		}
	}

	GuardSettings settings(Duration settle) {
		return new GuardSettings(Percentage.parse(PREFIX + "min-coverage", this.minCoverage),
				Percentage.parse(PREFIX + "min-live", this.minLive), settle);
	}

	/** What to do at the end. */
	public enum OnExpiry {

		/** Show it and log it once a minute. */
		WARN,

		/** Switch off as soon as guards allow it, and warn until then. */
		OFF_IF_SAFE

	}

}
