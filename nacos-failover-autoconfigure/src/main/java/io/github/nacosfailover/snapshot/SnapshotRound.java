package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.snapshot.SnapshotDecision.Action;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;
import org.jspecify.annotations.Nullable;

/**
 * One round over services of a namespace: observes them, decides, and writes their
 * backups as one snapshot. A backup is only replaced by what the server has answered in
 * this round.
 */
final class SnapshotRound {

	private final SnapshotArchive archive;

	private final ShrinkGuard guard;

	private final GuardStates states;

	private final RoundObservations observations;

	private final boolean force;

	private final Map<ServiceKey, String> kept = new LinkedHashMap<>();

	/** Backups that cannot be written, or read, with the reason. */
	private final Map<ServiceKey, String> unusable = new LinkedHashMap<>();

	/**
	 * Create a round.
	 * @param force whether to write what the server reports without asking the guard
	 */
	SnapshotRound(SnapshotArchive archive, ShrinkGuard guard, GuardStates states, RoundObservations observations,
			boolean force) {
		this.archive = archive;
		this.guard = guard;
		this.states = states;
		this.observations = observations;
		this.force = force;
	}

	/**
	 * Run the round.
	 * @param services the services, and whether to query the server even if a client has
	 * data of it
	 * @throws IOException if nothing could be written
	 */
	Result run(Map<ServiceKey, Boolean> services, String id, String by) throws IOException {
		if (!this.observations.isPossible()) {
			return postpone(services.keySet());
		}
		this.observations.begin(this.archive.saved());
		Map<ServiceKey, String> stored = this.archive.guardState().read();
		this.states.beginRound(services.keySet(), stored);
		Set<ServiceKey> manual = this.archive.manual();
		keepUnreadable(services.keySet());
		// The data of a client does not answer a process that has queried the server.
		Set<ServiceKey> shrunkForOthers = this.states.shrunkForOthers(stored);
		services.forEach((key, query) -> this.observations.observe(key, query || shrunkForOthers.contains(key),
				manual.contains(key)));
		this.observations.manual().removeAll(this.unusable.keySet());
		this.states.interrupt(this.observations.unseen());
		Map<ServiceKey, Action> actions = this.force ? forcedActions(manual) : decide();
		this.kept.putAll(this.observations.invalid());
		return write(change(actions, id, by), stored);
	}

	private Result postpone(Collection<ServiceKey> services) {
		this.states.interrupt(services);
		this.observations.postponed().addAll(services);
		return new Result(null, Map.of(), Set.of(), this.unusable, Set.of(), this.observations.postponed());
	}

	private void keepUnreadable(Set<ServiceKey> services) throws IOException {
		Map<ServiceKey, String> unreadable = this.archive.unreadable();
		services.stream()
			.filter((key) -> unreadable.containsKey(key) && !this.force)
			.forEach((key) -> keepUnusable(key, unreadable.getOrDefault(key, "")));
	}

	private void keepUnusable(ServiceKey key, String reason) {
		this.kept.put(key, reason);
		this.unusable.put(key, reason);
	}

	private Map<ServiceKey, Action> decide() {
		long now = System.nanoTime();
		Map<ServiceKey, SnapshotDecision> decisions = this.guard.decide(this.observations.all(), now);
		List<ServiceKey> unconfirmed = decisions.keySet()
			.stream()
			.filter((key) -> !isConfirmed(key, decisions))
			.toList();
		if (!unconfirmed.isEmpty()) {
			this.observations.queryAgain(unconfirmed);
			this.states.interrupt(this.observations.unseen());
			decisions.clear();
			decisions.putAll(this.guard.decide(this.observations.all(), now));
		}
		// The second decision may differ for services not queried: left to another round.
		decisions.keySet().removeIf((key) -> !isConfirmed(key, decisions));
		Map<ServiceKey, Action> actions = new LinkedHashMap<>();
		decisions.forEach((key, decision) -> {
			actions.put(key, decision.action());
			String reason = decision.reason();
			if (reason != null) {
				this.kept.put(key, reason);
				this.observations.keepAnswer(key);
			}
			else {
				this.observations.removeAnswer(key);
			}
		});
		return actions;
	}

	/** What is written is what the server has answered, never the data of a client. */
	private boolean isConfirmed(ServiceKey key, Map<ServiceKey, SnapshotDecision> decisions) {
		SnapshotDecision decision = decisions.getOrDefault(key, SnapshotDecision.NOTHING);
		return (decision.action() != Action.TAKE && decision.action() != Action.REMOVE)
				|| this.observations.isAnswered(key);
	}

	private Map<ServiceKey, Action> forcedActions(Set<ServiceKey> manual) {
		Map<ServiceKey, Action> actions = new LinkedHashMap<>();
		this.observations.all()
			.forEach((key, observation) -> actions.put(key, forcedAction(key, observation, manual.contains(key))));
		return actions;
	}

	private Action forcedAction(ServiceKey key, Observation observation, boolean manual) {
		if (observation.same()) {
			return Action.NOTHING;
		}
		if (this.observations.answer(key).size() != 0) {
			return Action.TAKE;
		}
		if (manual) {
			this.kept.put(key, "it was not written by a snapshot, and the server has no instance to replace it with; "
					+ "delete it manually to remove it");
			return Action.KEEP;
		}
		return (observation.saved() != null) ? Action.REMOVE : Action.NOTHING;
	}

	private SnapshotChange change(Map<ServiceKey, Action> actions, String id, String by) {
		List<Backup> backups = new ArrayList<>();
		Set<ServiceKey> removed = new LinkedHashSet<>();
		this.observations.all().keySet().forEach((key) -> {
			switch (actions.getOrDefault(key, Action.NOTHING)) {
				case TAKE -> backups.add(this.observations.answer(key));
				case REMOVE -> removed.add(key);
				case KEEP, NOTHING -> {
				}
			}
		});
		return new SnapshotChange(id, by, backups, removed, this.force);
	}

	private Result write(SnapshotChange change, Map<ServiceKey, String> stored) throws IOException {
		Set<ServiceKey> observed = this.observations.all().keySet();
		Set<ServiceKey> decided = new LinkedHashSet<>(observed);
		decided.addAll(this.observations.manual());
		decided.addAll(this.kept.keySet());
		if (change.backups().isEmpty() && change.removed().isEmpty()) {
			if (!this.states.merge(stored).equals(stored)) {
				this.archive.guardState().change(this.states::merge);
			}
			return result(null, decided);
		}
		// The queries have taken time: meanwhile the server may have gone down, or
		// clients
		// may be served from what is about to be replaced.
		if (!this.observations.isPossible()) {
			return postpone(decided);
		}
		SnapshotChange allowed = change.without(this::postponeIfOn);
		if (!this.force) {
			this.archive.guardState().change(this.states::merge);
			Set<ServiceKey> disputed = this.states.disputed();
			allowed = allowed.without((key) -> keepIfDisputed(disputed, key));
		}
		SnapshotResult written = this.archive.write(allowed);
		if (this.force) {
			this.states.reset(observed);
			this.archive.guardState().change(this.states::merge);
		}
		written.kept().forEach(this::keepUnusable);
		decided.removeAll(this.observations.postponed());
		return result(written.snapshot(), decided);
	}

	private Result result(@Nullable Snapshot snapshot, Set<ServiceKey> decided) {
		return new Result(snapshot, this.kept, this.observations.manual(), this.unusable, decided,
				this.observations.postponed());
	}

	private boolean postponeIfOn(ServiceKey key) {
		boolean on = this.observations.isOn(key);
		if (on) {
			this.observations.postponed().add(key);
		}
		return on;
	}

	private boolean keepIfDisputed(Set<ServiceKey> disputed, ServiceKey key) {
		if (!disputed.contains(key)) {
			return false;
		}
		this.kept.put(key, "another process that uses it sees it complete; the backup is kept until all agree, or a "
				+ "snapshot is taken by force");
		return true;
	}

	/**
	 * The result of a round.
	 *
	 * @param snapshot the snapshot that was written, {@code null} if nothing has changed
	 * @param kept services whose backup was kept, with the reason
	 * @param manual services whose backup was kept because somebody else has written it
	 * @param unusable those of {@code kept} whose backup cannot be read or written
	 * @param decided services that are done for now
	 * @param postponed services to observe again
	 */
	record Result(@Nullable Snapshot snapshot, Map<ServiceKey, String> kept, Set<ServiceKey> manual,
			Map<ServiceKey, String> unusable, Set<ServiceKey> decided, Set<ServiceKey> postponed) {

	}

}
