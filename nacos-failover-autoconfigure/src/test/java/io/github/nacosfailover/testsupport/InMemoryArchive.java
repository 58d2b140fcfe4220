package io.github.nacosfailover.testsupport;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.exception.UnknownSnapshotException;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.store.GuardState;
import io.github.nacosfailover.store.SavedBackup;
import io.github.nacosfailover.store.Snapshot;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotResult;

/**
 * An archive without a disk, which fails when it is told to.
 */
public final class InMemoryArchive implements SnapshotArchive {

	private final Consumer<Collection<Backup>> publication;

	private final Map<ServiceKey, Backup> backups = new TreeMap<>();

	private final Map<ServiceKey, SavedBackup> saved = new TreeMap<>();

	private final List<Snapshot> snapshots = new ArrayList<>();

	private final Map<String, Map<ServiceKey, Backup>> contents = new HashMap<>();

	private final GuardState guardState = new InMemoryGuardState();

	private final GuardState holds = new InMemoryGuardState();

	private String failure;

	private Error error;

	InMemoryArchive(Consumer<Collection<Backup>> publication) {
		this.publication = publication;
	}

	/**
	 * Lets writes fail.
	 * @param message why, {@code null} to let them succeed again
	 */
	public synchronized void fail(String message) {
		this.failure = message;
	}

	/**
	 * Writes a backup as an operator does.
	 * @param backup the backup
	 */
	public synchronized void edit(Backup backup) {
		this.backups.put(backup.key(), backup);
		this.publication.accept(List.copyOf(this.backups.values()));
	}

	/**
	 * Deletes a backup as an operator does.
	 * @param key the service
	 */
	public synchronized void delete(ServiceKey key) {
		this.backups.remove(key);
		this.publication.accept(List.copyOf(this.backups.values()));
	}

	/**
	 * Lets writes, and looks at what others have noted, end in an error.
	 * @param error the error, {@code null} to let them succeed again
	 */
	public synchronized void failWith(Error error) {
		this.error = error;
	}

	private void check() throws IOException {
		if (this.error != null) {
			throw this.error;
		}
		if (this.failure != null) {
			throw new IOException(this.failure);
		}
	}

	@Override
	public synchronized Map<ServiceKey, SavedBackup> saved() {
		Map<ServiceKey, SavedBackup> ours = new TreeMap<>(this.saved);
		ours.keySet().removeAll(manual());
		ours.keySet().retainAll(this.backups.keySet());
		return ours;
	}

	@Override
	public synchronized Set<ServiceKey> manual() {
		Set<ServiceKey> manual = new TreeSet<>();
		this.backups.forEach((key, backup) -> {
			if (!SavedBackup.of(backup).equals(this.saved.get(key))) {
				manual.add(key);
			}
		});
		return manual;
	}

	@Override
	public synchronized SnapshotResult write(SnapshotChange change) throws IOException {
		check();
		Map<ServiceKey, String> kept = new TreeMap<>();
		Map<ServiceKey, Backup> after = new TreeMap<>(this.backups);
		Set<ServiceKey> manual = change.replaceManual() ? Set.of() : manual();
		change.backups().forEach((backup) -> {
			if (manual.contains(backup.key())) {
				kept.put(backup.key(), "edited by hand");
			}
			else {
				after.put(backup.key(), backup);
			}
		});
		change.removed().stream().filter((key) -> !manual.contains(key)).forEach(after::remove);
		return new SnapshotResult(replace(after, change.id(), change.by(), manual), kept);
	}

	private Snapshot replace(Map<ServiceKey, Backup> after, String id, String by, Set<ServiceKey> manual) {
		Set<ServiceKey> added = new TreeSet<>(after.keySet());
		added.removeAll(this.backups.keySet());
		Set<ServiceKey> removed = new TreeSet<>(this.backups.keySet());
		removed.removeAll(after.keySet());
		Set<ServiceKey> changed = new TreeSet<>(after.keySet());
		changed.retainAll(this.backups.keySet());
		changed.removeIf((key) -> SavedBackup.of(after.get(key)).equals(SavedBackup.of(this.backups.get(key))));
		after.forEach((key, backup) -> {
			if (!manual.contains(key)) {
				this.saved.put(key, SavedBackup.of(backup));
			}
		});
		this.saved.keySet().retainAll(after.keySet());
		if (added.isEmpty() && removed.isEmpty() && changed.isEmpty()) {
			return null;
		}
		this.backups.clear();
		this.backups.putAll(after);
		Snapshot snapshot = new Snapshot(id, Instant.now(), by, after.size(),
				after.values().stream().mapToInt(Backup::size).sum(), false, added, changed, removed);
		this.snapshots.add(0, snapshot);
		this.contents.put(id, Map.copyOf(after));
		this.publication.accept(List.copyOf(after.values()));
		return snapshot;
	}

	@Override
	public synchronized List<Snapshot> snapshots() {
		return List.copyOf(this.snapshots);
	}

	@Override
	public synchronized Map<ServiceKey, SavedBackup> services(String id) {
		find(id);
		Map<ServiceKey, SavedBackup> services = new TreeMap<>();
		this.contents.get(id).forEach((key, backup) -> services.put(key, SavedBackup.of(backup)));
		return services;
	}

	@Override
	public synchronized SnapshotResult restore(String id, Set<ServiceKey> services, boolean exact, String newId,
			String by) throws IOException {
		check();
		find(id);
		Map<ServiceKey, Backup> after = exact ? new TreeMap<>() : new TreeMap<>(this.backups);
		this.contents.get(id).forEach((key, backup) -> {
			if (services == null || services.contains(key)) {
				after.put(key, backup);
			}
		});
		return new SnapshotResult(replace(after, newId, by, Set.of()), Map.of());
	}

	private int find(String id) {
		for (int i = 0; i < this.snapshots.size(); i++) {
			if (this.snapshots.get(i).id().equals(id)) {
				return i;
			}
		}
		throw new UnknownSnapshotException(id);
	}

	@Override
	public synchronized Snapshot pin(String id, boolean pinned) throws IOException {
		check();
		int index = find(id);
		Snapshot was = this.snapshots.get(index);
		Snapshot now = new Snapshot(was.id(), was.at(), was.by(), was.services(), was.instances(), pinned, was.added(),
				was.changed(), was.removed());
		this.snapshots.set(index, now);
		return now;
	}

	@Override
	public synchronized void delete(String id) throws IOException {
		check();
		this.snapshots.remove(find(id));
		this.contents.remove(id);
	}

	@Override
	public GuardState guardState() {
		return this.guardState;
	}

	@Override
	public GuardState holds() {
		return this.holds;
	}

	@Override
	public List<Problem> problems() {
		return List.of();
	}

	/** The state of the guard, as it is in memory. */
	private final class InMemoryGuardState implements GuardState {

		private Map<ServiceKey, String> memory = Map.of();

		@Override
		public Map<ServiceKey, String> read() {
			synchronized (InMemoryArchive.this) {
				return this.memory;
			}
		}

		@Override
		public void change(UnaryOperator<Map<ServiceKey, String>> change) throws IOException {
			synchronized (InMemoryArchive.this) {
				check();
				this.memory = Map.copyOf(change.apply(this.memory));
			}
		}

		@Override
		public Object version() {
			synchronized (InMemoryArchive.this) {
				if (InMemoryArchive.this.error != null) {
					throw InMemoryArchive.this.error;
				}
				return this.memory;
			}
		}

	}

}
