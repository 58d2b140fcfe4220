package io.github.nacosfailover.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.exception.FailoverUnavailableException;
import io.github.nacosfailover.request.StageRequest;
import io.github.nacosfailover.source.SwitchStage;
import io.github.nacosfailover.source.SwitchStage.State;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.StagedFleet;
import org.jspecify.annotations.Nullable;

/**
 * How a change of the switch begins that some of the instances apply before the others.
 *
 * @param instance name of this process
 * @param instances names of all processes that share the store
 * @param share which percentage of them applies it first
 * @param hold how long these are watched before the others follow
 */
record StageStart(String instance, List<String> instances, int share, Duration hold) {

	private static final int ID_LENGTH = 8;

	/**
	 * Finds out which processes share the store of a namespace.
	 * @param targets the namespaces to switch
	 * @param request what was asked for
	 * @return the start of a stage
	 * @throws IllegalArgumentException if there is no single namespace, or nobody knows
	 * the processes that share its store
	 * @throws FailoverUnavailableException if the store does not answer
	 */
	static StageStart of(Collection<FailoverNamespace> targets, StageRequest request) {
		if (targets.size() != 1) {
			throw new IllegalArgumentException("'stage' is for one namespace; add 'namespace', one of "
					+ String.join(", ", targets.stream().map(FailoverNamespace::name).toList()));
		}
		FailoverNamespace target = targets.iterator().next();
		StagedFleet fleet = target.store().stagedFleet();
		if (fleet == null) {
			throw new IllegalArgumentException(
					("'stage' needs a store in which instances report to each other, redis or jdbc; the store of "
							+ "namespace '%s' is '%s'; leave it out")
						.formatted(target.name(), target.store().name()));
		}
		try {
			return new StageStart(fleet.instance(), List.copyOf(fleet.said().keySet()), request.share(),
					request.hold());
		}
		catch (IOException ex) {
			throw new FailoverUnavailableException(List
				.of("namespace '%s': %s does not tell which instances share it, so nothing is changed: %s; try again"
					.formatted(target.name(), target.store().location(), ex.getMessage())));
		}
	}

	/**
	 * Begins the stage.
	 * @param change the change
	 * @param known the switch there is
	 * @return the switch with the stage, as it is for this process
	 * @throws FailoverRefusedException if there is nothing to stage
	 */
	SwitchState begin(SwitchChange change, SwitchState known) {
		String obstacle = obstacle(change, known);
		if (obstacle != null) {
			throw new FailoverRefusedException(List.of(obstacle));
		}
		SwitchState before = known.plain();
		SwitchState to = change.applyTo(before);
		SwitchStage stage = new SwitchStage(UUID.randomUUID().toString().substring(0, ID_LENGTH), State.RUNNING,
				this.share, this.hold, change.at(), this.instances.size(),
				SwitchStage.choose(this.instances, this.share), before, to, change.force(), change.plan(), null);
		return stage.seenBy(this.instance, Map.copyOf(known.exceptions()));
	}

	/** Why a stage cannot begin, whatever guards say; {@code null} if it can. */
	static @Nullable String obstacle(SwitchChange change, SwitchState known) {
		if (known.runningStage() != null) {
			return "a stage is running already; end it first with {\"stage\": \"continue\"} or {\"stage\": \"stop\"}";
		}
		return (Boolean.valueOf(known.enabled()).equals(change.enabled()))
				? "failover is %s already, so there is nothing to stage".formatted(known.enabled() ? "on" : "off")
				: null;
	}

}
