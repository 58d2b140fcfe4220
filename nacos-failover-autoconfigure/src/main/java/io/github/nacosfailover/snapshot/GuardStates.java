package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * The guard states of the services of a namespace: merges those of this process with the
 * stored ones, which survive a restart and are shared with other processes.
 * <p>
 * That a service was served or restored may become known before its stored state is. Such
 * a mark is kept apart and applied when the stored state has been read: a state created
 * for it alone would hide what is stored.
 * <p>
 * Not safe for use by several threads.
 */
final class GuardStates {

	/** Upper limit of what a restart costs: a fifth of the time that has passed. */
	private static final int WRITES_WHILE_SETTLING = 5;

	private final Duration settle;

	private final Duration resolution;

	private final ObservationClock clock;

	private final Map<ServiceKey, ServiceGuardState> states = new HashMap<>();

	/** Services whose stored state has been read, and is this process's to change. */
	private final Set<ServiceKey> joined = new HashSet<>();

	/** Services without a state here that were served since theirs was last read. */
	private final Set<ServiceKey> served = new HashSet<>();

	/** Services without a state here that were restored since theirs was last read. */
	private final Set<ServiceKey> restored = new HashSet<>();

	/** Served services that are not stored yet. */
	private final Set<ServiceKey> servedNotStored = new HashSet<>();

	/** Services observed in this round, and whether for certain. */
	private final Map<ServiceKey, Boolean> observed = new HashMap<>();

	/** Services that had a state before this round. */
	private final Set<ServiceKey> hadState = new HashSet<>();

	/** Services whose state is replaced in the store, whatever others have stored. */
	private final Set<ServiceKey> overridden = new HashSet<>();

	/** Services that another process has found complete in the meantime. */
	private final Set<ServiceKey> disputed = new HashSet<>();

	/**
	 * Create states.
	 * @param shared whether so many processes may share the stored states that elapsed
	 * time is not worth a write each round
	 */
	GuardStates(SnapshotSettings settings, boolean shared) {
		this.settle = settings.settle();
		this.resolution = shared ? this.settle.dividedBy(WRITES_WHILE_SETTLING) : Duration.ZERO;
		this.clock = new ObservationClock(settings.watchPause().multipliedBy(2));
	}

	/**
	 * Begin a round: read the stored states of its services. Of a service that is new to
	 * this process all of it counts, since it may be that of an earlier run; later only
	 * what other processes have added.
	 */
	void beginRound(Collection<ServiceKey> keys, Map<ServiceKey, String> stored) {
		beginRound();
		for (ServiceKey key : keys) {
			if (this.states.containsKey(key) || this.served.contains(key) || this.restored.contains(key)) {
				this.hadState.add(key);
			}
			join(key, parse(stored.get(key)));
		}
	}

	private void beginRound() {
		this.observed.clear();
		this.hadState.clear();
		this.overridden.clear();
		this.disputed.clear();
	}

	private @Nullable ServiceGuardState join(ServiceKey key, @Nullable ServiceGuardState stored) {
		boolean first = this.joined.add(key);
		ServiceGuardState state = this.states.get(key);
		if (state != null) {
			state.goOnWith(stored);
		}
		else if (stored != null) {
			state = first ? stored : stored.shared();
		}
		if (state != null && stored != null) {
			state.join(stored);
		}
		state = applyMark(this.served, key, state, ServiceGuardState::markServed);
		state = applyMark(this.restored, key, state, ServiceGuardState::markRestored);
		if (state != null && !state.isIdle()) {
			this.states.put(key, state);
		}
		return state;
	}

	private @Nullable ServiceGuardState applyMark(Set<ServiceKey> marked, ServiceKey key,
			@Nullable ServiceGuardState state, Consumer<ServiceGuardState> mark) {
		if (!marked.remove(key)) {
			return state;
		}
		ServiceGuardState changed = (state != null) ? state : new ServiceGuardState(this.settle);
		mark.accept(changed);
		return changed;
	}

	private @Nullable ServiceGuardState parse(@Nullable String text) {
		return (text != null) ? ServiceGuardState.parse(this.settle, text) : null;
	}

	/**
	 * Record that a service was observed in this round.
	 * @param now the time on a monotonic clock, in nanoseconds
	 * @return the time since the last observation, zero unless both are certain
	 */
	Duration observe(ServiceKey key, boolean certain, long now) {
		this.observed.put(key, certain);
		return this.clock.observe(key, certain, now);
	}

	/** Let no time pass for services that cannot be observed now. */
	void interrupt(Collection<ServiceKey> keys) {
		keys.forEach(this.clock::reset);
	}

	@Nullable ServiceGuardState find(ServiceKey key) {
		return this.states.get(key);
	}

	ServiceGuardState create(ServiceKey key) {
		return this.states.computeIfAbsent(key, (service) -> new ServiceGuardState(this.settle));
	}

	void remove(ServiceKey key) {
		this.states.remove(key);
	}

	/** The services among some that have shrunk. */
	Set<ServiceKey> shrunk(Set<ServiceKey> among) {
		Set<ServiceKey> shrunk = new HashSet<>();
		this.states.forEach((key, state) -> {
			if (state.isShrunk() && among.contains(key)) {
				shrunk.add(key);
			}
		});
		return shrunk;
	}

	/** Let all losses start to settle again. */
	void restartSettling() {
		this.states.values().forEach(ServiceGuardState::restartSettling);
	}

	void removeIdle() {
		this.states.values().removeIf(ServiceGuardState::isIdle);
		this.clock.retainAll(this.states.keySet());
	}

	/**
	 * The services that other processes see shrunk, unlike this one: it should report
	 * what it sees.
	 */
	Set<ServiceKey> shrunkForOthers(Map<ServiceKey, String> stored) {
		Set<ServiceKey> shrunk = new HashSet<>();
		stored.forEach((key, text) -> {
			ServiceGuardState ours = this.states.get(key);
			ServiceGuardState theirs = (ours == null || !ours.isShrunk()) ? parse(text) : null;
			if (theirs != null && theirs.isShrunk()) {
				shrunk.add(key);
			}
		});
		return shrunk;
	}

	/**
	 * Merge the states of this process into the stored ones. Only what was observed in
	 * this round is changed, or has to start again. If others have ended meanwhile what
	 * has settled here, the service is {@link #disputed()}.
	 * @return what to store, by service
	 */
	Map<ServiceKey, String> merge(Map<ServiceKey, String> stored) {
		Map<ServiceKey, String> merged = new LinkedHashMap<>(stored);
		this.observed.forEach((key, certain) -> mergeObserved(merged, key, certain, parse(stored.get(key))));
		this.states.forEach((key, ours) -> {
			if (ours.replaces(parse(stored.get(key)))) {
				merged.put(key, ours.toString());
			}
		});
		for (ServiceKey key : this.overridden) {
			ServiceGuardState ours = hasStateToJoin(key) ? join(key, parse(stored.get(key))) : null;
			if (ours != null) {
				merged.put(key, ours.toString());
			}
			else {
				merged.remove(key);
			}
		}
		return merged;
	}

	private boolean hasStateToJoin(ServiceKey key) {
		return this.states.containsKey(key) || this.restored.contains(key);
	}

	private void mergeObserved(Map<ServiceKey, String> merged, ServiceKey key, boolean certain,
			@Nullable ServiceGuardState theirs) {
		ServiceGuardState ours = this.states.get(key);
		if (ours != null) {
			if (ours.storeBeside(theirs)) {
				this.disputed.add(key);
			}
			if (isToBeStored(ours, theirs, certain)) {
				merged.put(key, ours.toString());
			}
		}
		else if (certain || this.hadState.contains(key)) {
			merged.remove(key);
		}
	}

	private boolean isToBeStored(ServiceGuardState ours, @Nullable ServiceGuardState theirs, boolean certain) {
		boolean ends = theirs != null && theirs.isShrunk() && !ours.isShrunk();
		return theirs == null || ((certain || !ends) && ours.isNewsTo(theirs, this.resolution));
	}

	/**
	 * The services whose loss another process does not see, as found by {@link #merge} in
	 * this round. What was decided on them does not hold.
	 */
	Set<ServiceKey> disputed() {
		return this.disputed;
	}

	/**
	 * Mark services as served from their backups, now or until now: what is live
	 * afterwards may only be the half that is back.
	 */
	void markServed(Collection<ServiceKey> keys) {
		mark(keys, ServiceGuardState::markServed, this.served);
		this.servedNotStored.addAll(keys);
		interrupt(keys);
	}

	private void mark(Collection<ServiceKey> keys, Consumer<ServiceGuardState> mark, Set<ServiceKey> withoutState) {
		for (ServiceKey key : keys) {
			ServiceGuardState state = this.states.get(key);
			if (state != null) {
				mark.accept(state);
			}
			else {
				withoutState.add(key);
				// That it had no state when observed no longer removes the stored one.
				this.observed.remove(key);
			}
		}
	}

	/**
	 * Merge only the marks of served services into the stored states, for the case that
	 * this process ends before its next round.
	 * @return what to store, by service
	 */
	Map<ServiceKey, String> mergeServed(Map<ServiceKey, String> stored) {
		Map<ServiceKey, String> merged = new LinkedHashMap<>(stored);
		for (ServiceKey key : this.servedNotStored) {
			ServiceGuardState theirs = parse(stored.get(key));
			if (theirs == null || !Duration.ZERO.equals(theirs.servedFor())) {
				ServiceGuardState changed = (theirs != null) ? theirs : new ServiceGuardState(this.settle);
				changed.markServed();
				merged.put(key, changed.toString());
			}
		}
		return merged;
	}

	/** Record that the result of {@link #mergeServed} is stored. */
	void servedStored() {
		this.servedNotStored.clear();
	}

	/** Forget services whose backups were replaced by force. */
	void reset(Collection<ServiceKey> keys) {
		release(keys);
		interrupt(keys);
		this.joined.addAll(keys);
		this.overridden.addAll(keys);
	}

	/** Leave services, and what is stored of them, to other processes. */
	void release(Collection<ServiceKey> keys) {
		keys.forEach((key) -> {
			this.states.remove(key);
			this.served.remove(key);
			this.restored.remove(key);
			this.servedNotStored.remove(key);
			this.joined.remove(key);
			this.overridden.remove(key);
		});
	}

	/** Mark services whose backups were restored, or removed by a restore. */
	void markRestored(Collection<ServiceKey> keys) {
		beginRound();
		mark(keys, ServiceGuardState::markRestored, this.restored);
		this.overridden.addAll(keys);
	}

	/**
	 * The services to observe again soon, as time has to pass for them.
	 */
	Set<ServiceKey> watched() {
		Set<ServiceKey> watched = new HashSet<>(this.states.keySet());
		watched.addAll(this.served);
		watched.addAll(this.restored);
		return watched;
	}

}
