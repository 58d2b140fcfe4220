package io.github.nacosfailover.engine;

import java.time.Instant;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SwitchState;

/**
 * All that queries need to know of a namespace, at one instant. It is replaced as a
 * whole, so that no query ever sees half a change.
 *
 * @param version grows by one with each change
 * @param failoverSwitch the switch in force
 * @param governor the source that decides on the switch
 * @param patterns which services the switch is for
 * @param backups every backup there is
 * @param served the backups that queries are answered from: those of the services that
 * are on
 * @param since when this view came into force
 */
public record View(long version, SwitchState failoverSwitch, FailoverSource governor, ServicePatterns patterns,
		BackupTable backups, BackupTable served, Instant since) {

	/**
	 * Whether the switch is on. There may be services that are off all the same, and the
	 * other way round.
	 */
	public boolean isOn() {
		return this.failoverSwitch.enabled();
	}

	/**
	 * Whether a service is on, be there a backup or not.
	 * @param key the service, whatever its clusters
	 * @return {@code true} if it is to be served from its backup
	 */
	public boolean isOn(ServiceKey key) {
		return isOn(this.failoverSwitch, this.patterns, key);
	}

	static boolean isOn(SwitchState state, ServicePatterns patterns, ServiceKey key) {
		Boolean exception = state.exceptions().isEmpty() ? null
				: state.exceptions().get(ServiceKey.of(key.group(), key.service()));
		return (exception != null) ? exception : state.enabled() && patterns.cover(key);
	}

	/**
	 * Whether failover has a part in queries: the switch is on, or a service by itself.
	 */
	public boolean isActive() {
		return isOn() || !this.served.isEmpty();
	}

	/**
	 * What this view would be with another switch.
	 * @param state the switch
	 * @return a view that is not in force
	 */
	public View with(SwitchState state) {
		return new View(this.version, state, this.governor, this.patterns, this.backups,
				served(state, this.patterns, this.backups), this.since);
	}

	static BackupTable served(SwitchState state, ServicePatterns patterns, BackupTable backups) {
		if (state.exceptions().isEmpty() && (!state.enabled() || patterns.areForAll())) {
			return state.enabled() ? backups : BackupTable.EMPTY;
		}
		return backups.filter((key) -> isOn(state, patterns, key));
	}

}
