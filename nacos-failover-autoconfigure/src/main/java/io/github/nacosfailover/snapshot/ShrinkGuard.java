package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a backup is replaced by what the server reports. It relies neither on
 * the wall clock nor on a single observation: what has to hold for a while has to be
 * observed by a running process, on a monotonic clock. What was observed survives
 * restarts, see {@link GuardStates}.
 * <p>
 * Not safe for use by several threads.
 */
final class ShrinkGuard {

	/** One service alone does not indicate a fault of the server. */
	private static final int MANY = 2;

	private final SnapshotSettings settings;

	private final ShrinkReasons reasons;

	private final GuardStates states;

	/** Services in use that had a backup when last observed. */
	private final Set<ServiceKey> backedUp = new HashSet<>();

	ShrinkGuard(SnapshotSettings settings, GuardStates states) {
		this.settings = settings;
		this.reasons = new ShrinkReasons(settings);
		this.states = states;
	}

	/**
	 * Decide on the services of a round, together: many that shrink at once are a fault,
	 * not scaling.
	 * @param now the time on a monotonic clock, in nanoseconds
	 */
	Map<ServiceKey, SnapshotDecision> decide(Map<ServiceKey, Observation> round, long now) {
		Map<ServiceKey, SnapshotDecision> decisions = new LinkedHashMap<>();
		List<ServiceKey> shrunk = new ArrayList<>();
		round.forEach((key, observation) -> {
			SnapshotDecision decision = decideAlone(key, observation,
					this.states.observe(key, observation.certain(), now));
			if (decision != null) {
				decisions.put(key, decision);
			}
			else {
				shrunk.add(key);
			}
		});
		int all = this.states.shrunk(this.backedUp).size();
		boolean tooMany = all >= MANY && all > this.settings.maxShrunkServices() * this.backedUp.size();
		if (tooMany) {
			this.states.restartSettling();
		}
		for (ServiceKey key : shrunk) {
			Observation observation = round.get(key);
			ServiceGuardState state = this.states.find(key);
			if (observation != null && state != null) {
				decisions.put(key,
						tooMany ? SnapshotDecision
							.keep(this.reasons.ofMany(state, observation.healthy(), all, this.backedUp.size()))
								: decideShrunk(state, observation));
			}
		}
		this.states.removeIdle();
		return decisions;
	}

	/**
	 * Decide what does not depend on other services.
	 * @return the decision, or {@code null} if the service is shrunk
	 */
	private @Nullable SnapshotDecision decideAlone(ServiceKey key, Observation observation, Duration elapsed) {
		SavedBackup saved = observation.saved();
		if (saved == null) {
			return decideWithoutBackup(key, observation, elapsed);
		}
		this.backedUp.add(key);
		ServiceGuardState state = this.states.find(key);
		if (state != null) {
			state.observeBackup(saved.healthy(), elapsed);
		}
		if (observation.same()) {
			if (state != null) {
				state.endShrunk();
				state.markComplete();
			}
			return SnapshotDecision.NOTHING;
		}
		int before = Math.max(saved.healthy(), (state != null) ? state.mostHealthy() : 0);
		if (state != null && observation.healthy() >= before) {
			state.markComplete();
		}
		boolean shrunk = hasShrunk(before, observation.healthy(), state);
		if (state == null && (shrunk || observation.healthy() < saved.healthy())) {
			state = this.states.create(key);
			state.observeBackup(saved.healthy(), Duration.ZERO);
		}
		if (state == null) {
			return SnapshotDecision.TAKE;
		}
		if (shrunk) {
			state.observeShrunk(observation.healthy(), elapsed);
		}
		else {
			state.endShrunk();
		}
		Duration restoredFor = state.restoredFor();
		if (restoredFor != null) {
			return SnapshotDecision.keep(this.reasons.ofRestore(restoredFor));
		}
		return shrunk ? null : take(state, saved, observation.healthy());
	}

	/**
	 * Record the new backup before it is written: after a crash the next process may find
	 * it already.
	 */
	private static SnapshotDecision take(ServiceGuardState state, SavedBackup saved, int healthy) {
		if (healthy < saved.healthy()) {
			state.observeBackup(healthy, Duration.ZERO);
		}
		return SnapshotDecision.TAKE;
	}

	private SnapshotDecision decideWithoutBackup(ServiceKey key, Observation observation, Duration elapsed) {
		this.backedUp.remove(key);
		boolean usable = observation.healthy() != 0;
		ServiceGuardState state = this.states.find(key);
		if (state != null) {
			state.advanceRestored(elapsed);
			Duration restoredFor = state.restoredFor();
			if (restoredFor != null) {
				return usable ? SnapshotDecision.keep(this.reasons.ofRestore(restoredFor)) : SnapshotDecision.NOTHING;
			}
			this.states.remove(key);
		}
		return usable ? SnapshotDecision.TAKE : SnapshotDecision.NOTHING;
	}

	/** After a service was served, any loss counts: the rest may be about to return. */
	private boolean hasShrunk(int before, int now, @Nullable ServiceGuardState state) {
		return now == 0 || before - now > this.settings.maxShrink() * before
				|| (now < before && state != null && state.servedFor() != null);
	}

	private SnapshotDecision decideShrunk(ServiceGuardState state, Observation observation) {
		int healthy = observation.healthy();
		SavedBackup saved = observation.saved();
		if (saved != null && observation.certain() && state.hasSettled(healthy)) {
			return (healthy != 0) ? take(state, saved, healthy) : SnapshotDecision.REMOVE;
		}
		return SnapshotDecision.keep(this.reasons.ofLoss(state, healthy, observation.certain()));
	}

}
