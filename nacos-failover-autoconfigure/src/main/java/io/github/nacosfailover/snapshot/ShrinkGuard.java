package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a backup is replaced by what the server says. It trusts no clock and no
 * single look: what it has to see for a while, it has to see in a running process, on a
 * clock that only runs forward, and what has been seen is remembered over restarts.
 * <p>
 * Not safe for use by several threads.
 */
final class ShrinkGuard {

	/** One service alone is no sign of a fault of the server. */
	private static final int MANY = 2;

	/** What a restart may cost of the time that has passed. */
	private static final int TELLINGS_WHILE_SETTLING = 5;

	private final SnapshotSettings settings;

	private final ShrinkReasons reasons;

	private final Duration resolution;

	private final Map<ServiceKey, ServiceGuardState> memories = new HashMap<>();

	private final CheckTimes looks;

	/** Services whose memory is ours to keep or to drop. */
	private final Set<ServiceKey> judged = new HashSet<>();

	/** Services looked at in this round, and whether for certain. */
	private final Map<ServiceKey, Boolean> looked = new HashMap<>();

	/** Services for which there was something to remember before this round. */
	private final Set<ServiceKey> remembered = new HashSet<>();

	/** Services whose memory counts whatever others have stored. */
	private final Set<ServiceKey> decided = new HashSet<>();

	/** Services that another process has seen to be whole meanwhile. */
	private final Set<ServiceKey> disputed = new HashSet<>();

	/** Services that are served from their backups, which is to be stored. */
	private final Set<ServiceKey> served = new HashSet<>();

	/** Services that were in use with a backup when last looked at. */
	private final Set<ServiceKey> backedUp = new HashSet<>();

	ShrinkGuard(SnapshotSettings settings) {
		this(settings, false);
	}

	/**
	 * Creates a guard.
	 * @param settings how to judge
	 * @param many whether so many processes may share the memory that time that passes is
	 * not worth telling each time
	 */
	ShrinkGuard(SnapshotSettings settings, boolean many) {
		this.settings = settings;
		this.reasons = new ShrinkReasons(settings);
		this.looks = new CheckTimes(settings.watchPause().multipliedBy(2));
		this.resolution = many ? settings.settle().dividedBy(TELLINGS_WHILE_SETTLING) : Duration.ZERO;
	}

	/**
	 * Begins a round. Takes in what other processes know of services: this one's
	 * forerunner of a service that is looked at for the first time; for others what holds
	 * their backups back, and whether they dispute that a service has shrunk.
	 * @param keys the services that are about to be judged
	 * @param stored texts by service
	 */
	void join(Collection<ServiceKey> keys, Map<ServiceKey, String> stored) {
		beginRound();
		for (ServiceKey key : keys) {
			boolean first = this.judged.add(key);
			ServiceGuardState theirs = parse(stored.get(key));
			ServiceGuardState ours = this.memories.get(key);
			if (ours != null) {
				ours.goOnWith(theirs);
				this.remembered.add(key);
			}
			if (theirs != null && first && ours != null) {
				// All that is known here is that it is served, and theirs is the rest.
				theirs.served(ours.servedFor());
				this.memories.put(key, theirs);
			}
			else if (theirs != null) {
				join(key, first ? theirs : theirs.shared());
			}
		}
	}

	private void beginRound() {
		this.looked.clear();
		this.remembered.clear();
		this.decided.clear();
		this.disputed.clear();
	}

	private @Nullable ServiceGuardState parse(@Nullable String text) {
		return (text != null) ? ServiceGuardState.parse(this.settings.settle(), text) : null;
	}

	/**
	 * The services that other processes see shrunk, unlike this one: it should say what
	 * it sees.
	 * @param stored texts by service
	 * @return their keys
	 */
	Set<ServiceKey> shrunkForOthers(Map<ServiceKey, String> stored) {
		Set<ServiceKey> shrunk = new HashSet<>();
		stored.forEach((key, text) -> {
			ServiceGuardState ours = this.memories.get(key);
			ServiceGuardState theirs = (ours == null || !ours.isShrunk()) ? parse(text) : null;
			if (theirs != null && theirs.isShrunk()) {
				shrunk.add(key);
			}
		});
		return shrunk;
	}

	private void join(ServiceKey key, ServiceGuardState theirs) {
		ServiceGuardState ours = this.memories.get(key);
		if (ours != null) {
			ours.restored(theirs.restoredFor());
			ours.served(theirs.servedFor());
		}
		else if (!theirs.isIdle()) {
			this.memories.put(key, theirs);
		}
	}

	/**
	 * What is to be stored, for this process and for others. Only what was looked at in
	 * this round is changed, or has to start again. If others have ended meanwhile what
	 * has settled here, that is {@link #disputed()}.
	 * @param stored what is stored now
	 * @return texts by service
	 */
	Map<ServiceKey, String> memory(Map<ServiceKey, String> stored) {
		Map<ServiceKey, String> memory = new LinkedHashMap<>(stored);
		this.looked.forEach((key, certain) -> {
			ServiceGuardState ours = this.memories.get(key);
			ServiceGuardState theirs = parse(stored.get(key));
			if (ours != null && ours.storeBeside(theirs)) {
				this.disputed.add(key);
			}
			if (ours == null && (certain || this.remembered.contains(key))) {
				memory.remove(key);
			}
			else if (ours != null && isToBeStored(ours, theirs, certain)) {
				memory.put(key, ours.toString());
			}
		});
		this.memories.forEach((key, ours) -> {
			if (ours.replaces(parse(stored.get(key)))) {
				memory.put(key, ours.toString());
			}
		});
		for (ServiceKey key : this.decided) {
			ServiceGuardState ours = this.memories.get(key);
			ServiceGuardState theirs = parse(stored.get(key));
			if (ours != null) {
				// Restored right after a restart: that it was served still counts.
				ours.served((theirs != null) ? theirs.servedFor() : null);
				memory.put(key, ours.toString());
			}
			else {
				memory.remove(key);
			}
		}
		return memory;
	}

	private boolean isToBeStored(ServiceGuardState ours, @Nullable ServiceGuardState theirs, boolean certain) {
		boolean ends = theirs != null && theirs.isShrunk() && !ours.isShrunk();
		return theirs == null || ((certain || !ends) && ours.isNewsTo(theirs, this.resolution));
	}

	/**
	 * The services whose loss somebody else does not see, as {@link #memory} has found in
	 * this round. What was judged of them does not hold.
	 * @return their keys
	 */
	Set<ServiceKey> disputed() {
		return this.disputed;
	}

	/**
	 * Judges the services of a round, together, since many that shrink at once are no
	 * scaling.
	 * @param round what was seen of each
	 * @param now the time on a clock that only runs forward, in nanoseconds
	 * @return what is to become of each
	 */
	Map<ServiceKey, SnapshotDecision> judge(Map<ServiceKey, Observation> round, long now) {
		Map<ServiceKey, SnapshotDecision> verdicts = new LinkedHashMap<>();
		List<ServiceKey> shrunk = new ArrayList<>();
		round.forEach((key, observation) -> {
			this.looked.put(key, observation.certain());
			SnapshotDecision verdict = judgeAlone(key, observation, this.looks.passed(key, observation.certain(), now));
			if (verdict != null) {
				verdicts.put(key, verdict);
			}
			else {
				shrunk.add(key);
			}
		});
		long all = this.memories.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isShrunk() && this.backedUp.contains(entry.getKey()))
			.count();
		boolean tooMany = all >= MANY && all > this.settings.maxShrunkServices() * this.backedUp.size();
		if (tooMany) {
			this.memories.values().forEach(ServiceGuardState::startAgain);
		}
		for (ServiceKey key : shrunk) {
			Observation observation = round.get(key);
			ServiceGuardState memory = this.memories.get(key);
			if (observation != null && memory != null) {
				verdicts.put(key,
						tooMany ? SnapshotDecision
							.keep(this.reasons.ofMany(memory, observation.healthy(), all, this.backedUp.size()))
								: judgeShrunk(memory, observation));
			}
		}
		this.memories.values().removeIf(ServiceGuardState::isIdle);
		this.looks.retainAll(this.memories.keySet());
		return verdicts;
	}

	/**
	 * Judges what does not depend on other services.
	 * @return the verdict, or {@code null} if the service has shrunk
	 */
	private @Nullable SnapshotDecision judgeAlone(ServiceKey key, Observation observation, Duration passed) {
		SavedBackup saved = observation.saved();
		ServiceGuardState memory = this.memories.get(key);
		if (saved == null) {
			return judgeNew(key, memory, observation, passed);
		}
		this.backedUp.add(key);
		if (memory != null) {
			memory.pass(saved.healthy(), passed);
		}
		if (observation.same()) {
			if (memory != null) {
				memory.recovered();
				memory.whole();
			}
			return SnapshotDecision.NOTHING;
		}
		int before = Math.max(saved.healthy(), (memory != null) ? memory.mostHealthy() : 0);
		if (memory != null && observation.healthy() >= before) {
			memory.whole();
		}
		boolean shrunk = hasShrunk(before, observation.healthy(), memory);
		if (memory == null && (shrunk || observation.healthy() < saved.healthy())) {
			memory = new ServiceGuardState(this.settings.settle());
			memory.pass(saved.healthy(), Duration.ZERO);
			this.memories.put(key, memory);
		}
		if (memory == null) {
			return SnapshotDecision.TAKE;
		}
		if (shrunk) {
			memory.shrunk(observation.healthy(), passed);
		}
		else {
			memory.recovered();
		}
		Duration restoredFor = memory.restoredFor();
		if (restoredFor != null) {
			return SnapshotDecision.keep(this.reasons.ofRestore(restoredFor));
		}
		return shrunk ? null : take(memory, saved, observation.healthy());
	}

	/**
	 * What the backup was counts from before it is written: whoever comes after a crash
	 * may find the new one.
	 */
	private static SnapshotDecision take(ServiceGuardState memory, SavedBackup saved, int healthy) {
		if (healthy < saved.healthy()) {
			memory.pass(healthy, Duration.ZERO);
		}
		return SnapshotDecision.TAKE;
	}

	private SnapshotDecision judgeNew(ServiceKey key, @Nullable ServiceGuardState memory, Observation observation,
			Duration passed) {
		this.backedUp.remove(key);
		if (memory != null) {
			memory.passSinceRestore(passed);
			Duration restoredFor = memory.restoredFor();
			if (restoredFor != null) {
				return (observation.healthy() != 0) ? SnapshotDecision.keep(this.reasons.ofRestore(restoredFor))
						: SnapshotDecision.NOTHING;
			}
			this.memories.remove(key);
		}
		return (observation.healthy() != 0) ? SnapshotDecision.TAKE : SnapshotDecision.NOTHING;
	}

	/** Of a service that was served, the rest may be about to come back. */
	private boolean hasShrunk(int before, int now, @Nullable ServiceGuardState memory) {
		return now == 0 || before - now > this.settings.maxShrink() * before
				|| (now < before && memory != null && memory.servedFor() != null);
	}

	private SnapshotDecision judgeShrunk(ServiceGuardState memory, Observation observation) {
		int healthy = observation.healthy();
		SavedBackup saved = observation.saved();
		if (saved != null && observation.certain() && memory.hasSettled(healthy)) {
			return (healthy != 0) ? take(memory, saved, healthy) : SnapshotDecision.REMOVE;
		}
		return SnapshotDecision.keep(this.reasons.ofLoss(memory, healthy, observation.certain()));
	}

	/**
	 * Takes note that nothing can be seen of services for now: no time passes for them.
	 * @param keys the services
	 */
	void lostSightOf(Collection<ServiceKey> keys) {
		keys.forEach(this.looks::forget);
	}

	/** As {@link #lostSightOf(Collection)}, of all services. */
	void lostSight() {
		this.looks.forgetAll();
	}

	/**
	 * Takes note that services are served from their backups, or were until now: what is
	 * live after that may only be the half that is back. Kept until it is stored.
	 * @param keys the services
	 */
	void served(Collection<ServiceKey> keys) {
		keys.forEach((key) -> {
			this.memories.computeIfAbsent(key, (service) -> new ServiceGuardState(this.settings.settle())).served();
			this.looks.forget(key);
			this.served.add(key);
		});
	}

	/**
	 * What is to be stored at once of services that are served, or were until now:
	 * nothing else that is stored of them is changed.
	 * @param stored what is stored now
	 * @return texts by service
	 */
	Map<ServiceKey, String> memoryOfServed(Map<ServiceKey, String> stored) {
		Map<ServiceKey, String> memory = new LinkedHashMap<>(stored);
		for (ServiceKey key : this.served) {
			ServiceGuardState theirs = parse(stored.get(key));
			if (theirs == null || !Duration.ZERO.equals(theirs.servedFor())) {
				ServiceGuardState changed = (theirs != null) ? theirs : new ServiceGuardState(this.settings.settle());
				changed.served();
				memory.put(key, changed.toString());
			}
		}
		return memory;
	}

	/** Takes note that {@link #memoryOfServed} is stored. */
	void storedServed() {
		this.served.clear();
	}

	/**
	 * Takes note that backups were replaced by force: what was before does not count.
	 * @param keys the services
	 */
	void forced(Collection<ServiceKey> keys) {
		keys.forEach((key) -> {
			this.memories.remove(key);
			this.looks.forget(key);
			this.served.remove(key);
			this.judged.add(key);
			this.decided.add(key);
		});
	}

	/**
	 * Leaves services to other processes: what is stored of them is theirs to change.
	 * @param keys the services
	 */
	void leave(Collection<ServiceKey> keys) {
		keys.forEach((key) -> {
			this.memories.remove(key);
			this.served.remove(key);
			this.judged.remove(key);
			this.decided.remove(key);
		});
	}

	/**
	 * Takes note that backups were brought back, or removed by that.
	 * @param keys the services
	 */
	void restored(Collection<ServiceKey> keys) {
		beginRound();
		keys.forEach((key) -> {
			this.memories.computeIfAbsent(key, (service) -> new ServiceGuardState(this.settings.settle())).restored();
			this.judged.add(key);
			this.decided.add(key);
		});
	}

	/**
	 * The services that have to be looked at again soon, as time has to pass for them.
	 * @return their keys
	 */
	Set<ServiceKey> watched() {
		return new HashSet<>(this.memories.keySet());
	}

}
