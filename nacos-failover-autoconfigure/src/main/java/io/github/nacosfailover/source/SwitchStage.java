package io.github.nacosfailover.source;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A change of a shared switch that some of the instances apply before the others.
 *
 * @param id tells it from other stages
 * @param state how far it is
 * @param share which percentage of the instances applies it first, from 1 to 100
 * @param hold how long these are watched before the others follow
 * @param since when it was begun
 * @param instances number of instances at that time
 * @param members names of the instances that apply it first
 * @param before the switch before, without exceptions
 * @param to the switch that it leads to, without exceptions
 * @param force whether guards are overridden
 * @param plan the id of the plan that it is made by, {@code null} if by none
 * @param detail why it was stopped, {@code null} if it was not
 */
public record SwitchStage(String id, State state, int share, Duration hold, Instant since, int instances,
		List<String> members, SwitchState before, SwitchState to, boolean force, @Nullable String plan,
		@Nullable String detail) {

	private static final int PERCENT = 100;

	public SwitchStage {
		members = List.copyOf(members);
	}

	/**
	 * Chooses the instances that apply a change first. The choice depends on the names of
	 * the instances only.
	 * @param instances names of all instances
	 * @param share percentage, from 1 to 100
	 * @return that percentage of them, rounded down, at least one; sorted by name
	 */
	public static List<String> choose(List<String> instances, int share) {
		return instances.stream()
			.distinct()
			.sorted(Comparator.comparing(SwitchStage::rank).thenComparing(Comparator.naturalOrder()))
			.limit(Math.max(1, instances.stream().distinct().count() * share / PERCENT))
			.sorted()
			.toList();
	}

	private static String rank(String instance) {
		return BackupFormat.digest(instance.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * When the others follow, if nothing got worse.
	 * @return the end of the hold by the clock of the instance that has begun it
	 */
	public Instant until() {
		return this.since.plus(this.hold);
	}

	/**
	 * Whether it has come to an end.
	 * @return {@code true} if all instances have the same switch again
	 */
	public boolean isOver() {
		return this.state == State.DONE || this.state == State.STOPPED;
	}

	/**
	 * The same stage, further on.
	 * @param state its state from now on
	 * @param detail why it was stopped, {@code null} if it was not
	 * @return the stage
	 */
	public SwitchStage with(State state, @Nullable String detail) {
		return new SwitchStage(this.id, state, this.share, this.hold, this.since, this.instances, this.members,
				this.before, this.to, this.force, this.plan, detail);
	}

	/**
	 * The switch as it is for one instance.
	 * @param instance name of the instance
	 * @param exceptions services that are on or off by themselves
	 * @return the switch, with this stage
	 */
	public SwitchState seenBy(String instance, Map<ServiceKey, Boolean> exceptions) {
		boolean follows = (this.state != State.STOPPED)
				&& (this.state == State.DONE || this.members.contains(instance));
		SwitchState seen = follows ? this.to : this.before;
		return new SwitchState(seen.enabled(), seen.at(), seen.by(), seen.reason(), seen.until(), exceptions, this);
	}

	/** How far a stage is. */
	public enum State {

		/** The first share has applied it and is watched. */
		RUNNING,

		/** It was stopped, and the first share goes back as soon as guards allow that. */
		GOING_BACK,

		/** It was stopped, and the first share has gone back. */
		STOPPED,

		/** All instances have applied it. */
		DONE;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
