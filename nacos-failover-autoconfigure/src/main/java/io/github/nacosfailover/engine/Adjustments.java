package io.github.nacosfailover.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;

/**
 * What this process serves because of its own findings, in addition to the switch. Not
 * stored; ends with the process. Immutable.
 *
 * @param held backups that are served although failover is off for their service, unless
 * an operator has set an exception for it
 * @param drills backups that are served during a drill
 * @param unhealthy addresses, as {@code ip:port}, of backups that do not accept calls
 */
public record Adjustments(Map<ServiceKey, BackupRef> held, Map<ServiceKey, BackupRef> drills,
		Map<ServiceKey, Set<String>> unhealthy) {

	/** Nothing is adjusted. */
	public static final Adjustments NONE = new Adjustments(Map.of(), Map.of(), Map.of());

	public Adjustments {
		held = Map.copyOf(held);
		drills = Map.copyOf(drills);
		unhealthy = Map.copyOf(unhealthy);
	}

	/**
	 * Returns these with other holds.
	 * @param held the holds
	 * @return the adjustments
	 */
	public Adjustments withHeld(Map<ServiceKey, BackupRef> held) {
		return new Adjustments(held, this.drills, this.unhealthy);
	}

	/**
	 * Returns these with other drills.
	 * @param drills the drills
	 * @return the adjustments
	 */
	public Adjustments withDrills(Map<ServiceKey, BackupRef> drills) {
		return new Adjustments(this.held, drills, this.unhealthy);
	}

	/**
	 * Returns these with other unhealthy addresses.
	 * @param unhealthy the addresses by service
	 * @return the adjustments
	 */
	public Adjustments withUnhealthy(Map<ServiceKey, Set<String>> unhealthy) {
		return new Adjustments(this.held, this.drills, unhealthy);
	}

	/** Everything that is served although the switch does not say so. */
	Map<ServiceKey, BackupRef> added() {
		if (this.drills.isEmpty()) {
			return this.held;
		}
		Map<ServiceKey, BackupRef> added = new HashMap<>(this.held);
		added.putAll(this.drills);
		return added;
	}

}
