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
 * @param backups every backup there is
 * @param served the backups that queries are answered from: none while off
 * @param since when this view came into force
 */
public record View(long version, SwitchState failoverSwitch, FailoverSource governor, BackupTable backups,
		BackupTable served, Instant since) {

	/**
	 * Whether a service is on, be there a backup or not.
	 * @param key the service
	 * @return {@code true} if it is to be served from its backup
	 */
	public boolean isOn(ServiceKey key) {
		return isOn();
	}

	public boolean isOn() {
		return this.failoverSwitch.enabled();
	}

}
