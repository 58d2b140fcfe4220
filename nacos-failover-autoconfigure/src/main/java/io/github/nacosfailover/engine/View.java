package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.FailoverSource;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * All that queries need to know of a namespace, at one instant. It is replaced as a
 * whole, so that no query ever sees half a change.
 *
 * @param version grows by one with each change
 * @param failoverSwitch the switch in force
 * @param activeSource the source that decides on the switch
 * @param patterns which services the switch is for
 * @param backups every backup there is
 * @param served the backups that queries are answered from: those of the services that
 * are on
 * @param since when this view came into force
 */
public record View(long version, SwitchState failoverSwitch, FailoverSource activeSource, ServicePatterns patterns,
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
		return new View(this.version, state, this.activeSource, this.patterns, this.backups,
				served(state, this.patterns, this.backups), this.since);
	}

	static BackupTable served(SwitchState state, ServicePatterns patterns, BackupTable backups) {
		if (state.exceptions().isEmpty() && (!state.enabled() || patterns.areForAll())) {
			return state.enabled() ? backups : BackupTable.EMPTY;
		}
		return backups.filter((key) -> isOn(state, patterns, key));
	}

	/**
	 * Joins sources. The first that has a switch is the one that counts, and for each
	 * service the first that has a backup.
	 * @param sources the sources, of which the last can be written
	 * @param patterns which services a switch is for
	 * @param known the view there was, {@code null} if this is the first
	 * @return the view there is
	 */
	static View join(List<FailoverSource> sources, ServicePatterns patterns, @Nullable View known) {
		SwitchState state = SwitchState.OFF;
		FailoverSource activeSource = sources.get(sources.size() - 1);
		List<BackupTable> tables = new ArrayList<>();
		boolean decided = false;
		for (FailoverSource source : sources) {
			SourceState sourceState = source.state();
			tables.add(sourceState.backups());
			SwitchState opinion = sourceState.failoverSwitch();
			if (!decided && opinion != null) {
				state = opinion;
				activeSource = source;
				decided = true;
			}
		}
		BackupTable backups = join(tables, (known != null) ? known.backups : BackupTable.EMPTY);
		BackupTable served = served(state, patterns, backups);
		if (known != null && served.hasSameEntriesAs(known.served)) {
			served = known.served;
		}
		return new View((known != null) ? known.version + 1 : 0, state, activeSource, patterns, backups, served,
				Instant.now());
	}

	private static BackupTable join(List<BackupTable> tables, BackupTable known) {
		BackupTable joined = BackupTable.join(tables);
		return joined.hasSameEntriesAs(known) ? known : joined;
	}

}
