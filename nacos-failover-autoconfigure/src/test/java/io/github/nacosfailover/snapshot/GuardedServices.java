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

	private ShrinkGuard guard = new ShrinkGuard(SETTINGS);

	private long clock = Long.MAX_VALUE - Duration.ofMinutes(7).toNanos();

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
		Map<ServiceKey, SnapshotDecision> verdicts = judge(keys, true);
		beforeWriting.accept(verdicts);
		write(verdicts);
		return verdicts;
	}

	Map<ServiceKey, SnapshotDecision> look() {
		return look(this.live.keySet(), (verdicts) -> {
		});
	}

	/** Looks every minute, and once at the end. */
	Map<ServiceKey, SnapshotDecision> lookFor(Duration duration) {
		Map<ServiceKey, SnapshotDecision> verdicts = Map.of();
		for (long minute = 0; minute < duration.toMinutes(); minute++) {
			pass(Duration.ofMinutes(1));
			verdicts = look();
		}
		return verdicts;
	}

	Map<ServiceKey, SnapshotDecision> judge(Set<ServiceKey> keys, boolean certain) {
		Map<ServiceKey, Observation> round = new LinkedHashMap<>();
		for (ServiceKey key : keys) {
			Content saved = this.saved.get(key);
			Content live = this.live.get(key);
			round.put(key, new Observation((saved != null) ? saved.toSaved() : null, live.equals(saved), live.healthy(),
					certain));
		}
		this.guard.join(keys, this.stored);
		Map<ServiceKey, SnapshotDecision> verdicts = this.guard.judge(round, this.clock);
		this.stored = this.guard.memory(this.stored);
		return verdicts;
	}

	private void write(Map<ServiceKey, SnapshotDecision> verdicts) {
		verdicts.forEach((key, verdict) -> {
			switch (verdict.action()) {
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
		this.guard.forced(Set.of(key));
		this.stored = this.guard.memory(this.stored);
	}

	/** Brings back a backup, or that there was none. */
	void restore(ServiceKey key, Content content) {
		if (content != null) {
			this.saved.put(key, content);
		}
		else {
			this.saved.remove(key);
		}
		this.guard.restored(Set.of(key));
		this.stored = this.guard.memory(this.stored);
	}

	/** Lets a service be served from its backup, and no longer. */
	void served(ServiceKey key) {
		this.guard.served(Set.of(key));
		this.stored = this.guard.memoryOfServed(this.stored);
		this.guard.storedServed();
	}

	void restart(Duration clockChange) {
		this.guard = new ShrinkGuard(SETTINGS);
		this.clock += clockChange.toNanos();
	}

	void serverIsAway(Duration duration) {
		this.guard.lostSight();
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
