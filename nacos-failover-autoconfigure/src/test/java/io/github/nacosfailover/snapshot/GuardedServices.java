package io.github.nacosfailover.snapshot;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.store.SavedBackup;

/**
 * A guard with services, backups, a clock and a process that can be restarted, all of
 * them made up.
 */
final class GuardedServices {

	static final SnapshotSettings SETTINGS = SnapshotSettings.DEFAULTS;

	final Map<ServiceKey, Content> live = new TreeMap<>();

	final Map<ServiceKey, Content> saved = new TreeMap<>();

	Map<ServiceKey, String> stored = Map.of();

	private GuardStates states;

	private ShrinkGuard guard;

	private long clock = Long.MAX_VALUE - Duration.ofMinutes(7).toNanos();

	GuardedServices() {
		start();
	}

	private void start() {
		this.states = new GuardStates(SETTINGS, false);
		this.guard = new ShrinkGuard(SETTINGS, this.states);
	}

	static ServiceKey key(int number) {
		return ServiceKey.of("DEFAULT_GROUP", "service-" + number);
	}

	GuardedServices live(int number, int healthy) {
		this.live.put(key(number), new Content(healthy, 0));
		return this;
	}

	Integer saved(int number) {
		Content content = this.saved.get(key(number));
		return (content != null) ? content.healthy() : null;
	}

	void pass(Duration duration) {
		this.clock += duration.toNanos();
	}

	/** Looks at services and writes what the guard lets through. */
	Map<ServiceKey, SnapshotDecision> look(Set<ServiceKey> keys,
			Consumer<Map<ServiceKey, SnapshotDecision>> beforeWriting) {
		Map<ServiceKey, SnapshotDecision> decisions = decide(keys, true);
		beforeWriting.accept(decisions);
		write(decisions);
		return decisions;
	}

	Map<ServiceKey, SnapshotDecision> look() {
		return look(this.live.keySet(), (decisions) -> {
		});
	}

	/** Looks every minute, and once at the end. */
	Map<ServiceKey, SnapshotDecision> lookFor(Duration duration) {
		Map<ServiceKey, SnapshotDecision> decisions = Map.of();
		for (long minute = 0; minute < duration.toMinutes(); minute++) {
			pass(Duration.ofMinutes(1));
			decisions = look();
		}
		return decisions;
	}

	Map<ServiceKey, SnapshotDecision> decide(Set<ServiceKey> keys, boolean certain) {
		Map<ServiceKey, Observation> round = new LinkedHashMap<>();
		for (ServiceKey key : keys) {
			Content saved = this.saved.get(key);
			Content live = this.live.get(key);
			round.put(key, new Observation((saved != null) ? saved.toSaved() : null, live.equals(saved), live.healthy(),
					certain));
		}
		this.states.beginRound(keys, this.stored);
		Map<ServiceKey, SnapshotDecision> decisions = this.guard.decide(round, this.clock);
		this.stored = this.states.merge(this.stored);
		return decisions;
	}

	private void write(Map<ServiceKey, SnapshotDecision> decisions) {
		decisions.forEach((key, decision) -> {
			switch (decision.action()) {
				case TAKE -> this.saved.put(key, this.live.get(key));
				case REMOVE -> this.saved.remove(key);
				default -> {
				}
			}
		});
	}

	void force(ServiceKey key) {
		Content live = this.live.get(key);
		if (live.healthy() > 0) {
			this.saved.put(key, live);
		}
		else {
			this.saved.remove(key);
		}
		this.states.reset(Set.of(key));
		this.stored = this.states.merge(this.stored);
	}

	/** Brings back a backup, or that there was none. */
	void restore(ServiceKey key, Content content) {
		if (content != null) {
			this.saved.put(key, content);
		}
		else {
			this.saved.remove(key);
		}
		this.states.markRestored(Set.of(key));
		this.stored = this.states.merge(this.stored);
	}

	/** Lets a service be served from its backup, and no longer. */
	void served(ServiceKey key) {
		this.states.markServed(Set.of(key));
		this.stored = this.states.mergeServed(this.stored);
		this.states.servedStored();
	}

	void restart(Duration clockChange) {
		start();
		this.clock += clockChange.toNanos();
	}

	void serverIsAway(Duration duration) {
		this.states.interrupt(this.live.keySet());
		pass(duration);
	}

	/**
	 * The instances of a service.
	 *
	 * @param healthy number of healthy ones
	 * @param version tells apart those that have the same number
	 */
	record Content(int healthy, int version) {

		SavedBackup toSaved() {
			return new SavedBackup(toString(), this.healthy, this.healthy);
		}

	}

}
