package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
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
 * @param served the backups of the services that are on
 * @param adjustments what this process has found out by itself
 * @param answers what queries are answered from: {@code served}, as adjusted
 * @param since when this view came into force
 */
public record View(long version, SwitchState failoverSwitch, FailoverSource activeSource, ServicePatterns patterns,
		BackupTable backups, BackupTable served, Adjustments adjustments, BackupTable answers, Instant since) {

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
		Boolean exception = state.exceptions().isEmpty() ? null : state.exceptions().get(key.withoutClusters());
		return (exception != null) ? exception : state.enabled() && patterns.cover(key);
	}

	/**
	 * Whether failover has a part in queries: the switch is on, or a service by itself.
	 */
	public boolean isActive() {
		return isOn() || !this.served.isEmpty();
	}

	/**
	 * Whether any query is answered from a backup, be it by the switch or not.
	 */
	public boolean isServing() {
		return isOn() || !this.answers.isEmpty();
	}

	/**
	 * Whether a service is off, and answered from a backup by this process all the same.
	 * @param key the service
	 * @return {@code true} if it is held, or part of a drill
	 */
	public boolean isAdded(ServiceKey key) {
		ServiceKey plain = key.withoutClusters();
		return (this.adjustments.held().containsKey(plain) || this.adjustments.drills().containsKey(plain))
				&& mayAdd(this.failoverSwitch, this.patterns, plain);
	}

	/**
	 * Whether a service is off, and held by this process.
	 * @param key the service
	 * @return {@code true} if queries are answered from the hold
	 */
	public boolean isHeld(ServiceKey key) {
		ServiceKey plain = key.withoutClusters();
		return this.adjustments.held().containsKey(plain) && !this.adjustments.drills().containsKey(plain)
				&& mayAdd(this.failoverSwitch, this.patterns, plain);
	}

	/** What an operator has said of a service is not overridden. */
	private static boolean mayAdd(SwitchState state, ServicePatterns patterns, ServiceKey key) {
		return !state.exceptions().containsKey(key) && !isOn(state, patterns, key);
	}

	/**
	 * What this view would be with another switch.
	 * @param state the switch
	 * @return a view that is not in force
	 */
	public View with(SwitchState state) {
		BackupTable served = served(state, this.patterns, this.backups);
		return new View(this.version, state, this.activeSource, this.patterns, this.backups, served, this.adjustments,
				answers(state, this.patterns, served, this.adjustments), this.since);
	}

	/**
	 * The view that follows this one if only the adjustments change.
	 */
	View with(Adjustments adjustments) {
		BackupTable answers = answers(this.failoverSwitch, this.patterns, this.served, adjustments);
		return new View(this.version + 1, this.failoverSwitch, this.activeSource, this.patterns, this.backups,
				this.served, adjustments, answers.hasSameEntriesAs(this.answers) ? this.answers : answers,
				Instant.now());
	}

	private static BackupTable answers(SwitchState state, ServicePatterns patterns, BackupTable served,
			Adjustments adjustments) {
		if (adjustments.equals(Adjustments.NONE)) {
			return served;
		}
		Map<ServiceKey, BackupRef> answers = new LinkedHashMap<>();
		served.all().forEach((backup) -> answers.put(backup.key(), backup));
		adjustments.added().forEach((key, backup) -> {
			if (mayAdd(state, patterns, key)) {
				answers.put(key, backup);
			}
		});
		if (!adjustments.unhealthy().isEmpty()) {
			answers.replaceAll((key, backup) -> {
				Set<String> unhealthy = adjustments.unhealthy().get(key.withoutClusters());
				return (unhealthy != null) ? new BackupWithUnhealthy(backup, unhealthy) : backup;
			});
		}
		return BackupTable.of(answers);
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
		Adjustments adjustments = (known != null) ? known.adjustments : Adjustments.NONE;
		BackupTable answers = answers(state, patterns, served, adjustments);
		if (known != null && answers.hasSameEntriesAs(known.answers)) {
			answers = known.answers;
		}
		return new View((known != null) ? known.version + 1 : 0, state, activeSource, patterns, backups, served,
				adjustments, answers, Instant.now());
	}

	private static BackupTable join(List<BackupTable> tables, BackupTable known) {
		BackupTable joined = BackupTable.join(tables);
		return joined.hasSameEntriesAs(known) ? known : joined;
	}

}
