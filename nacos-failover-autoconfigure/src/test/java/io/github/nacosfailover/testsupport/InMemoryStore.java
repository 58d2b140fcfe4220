package io.github.nacosfailover.testsupport;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.BackupTable;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.Votes;

/**
 * A store whose switch and backups are changed together, at once and without a disk.
 */
public final class InMemoryStore implements FailoverStore, FailoverEngine.StoreFactory {

	private static final SwitchState ON = new SwitchState(true, null, "test", null, null);

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private volatile SourceState state = new SourceState(SwitchState.OFF, BackupTable.EMPTY);

	private final InMemoryUsageLog usageLog = new InMemoryUsageLog();

	private final InMemoryArchive archive = new InMemoryArchive(this::publish);

	private volatile Votes votes;

	/**
	 * A namespace with this store as its only source.
	 * @return the namespace
	 */
	public FailoverNamespace namespace() {
		FailoverNamespace namespace = new FailoverEngine(this, Map::of).namespace("public", Path.of("unused"),
				Map.of());
		if (namespace == null) {
			throw new IllegalStateException("The engine is closed");
		}
		return namespace;
	}

	/**
	 * Switches on, with these backups and no other.
	 * @param backups the backups
	 */
	public void on(Backup... backups) {
		change(new SourceState(ON, table(List.of(backups))));
	}

	/**
	 * Switches on, with this backup and no other.
	 * @param backup the backup, which may fail to be loaded
	 */
	public void on(BackupRef backup) {
		change(new SourceState(ON, BackupTable.of(Map.of(backup.key(), backup))));
	}

	/**
	 * Switches off; the backups stay.
	 */
	public void off() {
		change(new SourceState(SwitchState.OFF, this.state.backups()));
	}

	private void publish(Collection<Backup> backups) {
		change(new SourceState(this.state.failoverSwitch(), table(backups)));
	}

	private static BackupTable table(Collection<Backup> backups) {
		Map<ServiceKey, Ref> table = new LinkedHashMap<>();
		for (Backup backup : backups) {
			table.put(backup.key(), new Ref(backup));
		}
		return BackupTable.of(table);
	}

	private void change(SourceState state) {
		this.state = state;
		this.listeners.forEach(Runnable::run);
	}

	@Override
	public SourceState state() {
		return this.state;
	}

	@Override
	public InMemoryArchive archive() {
		return this.archive;
	}

	@Override
	public InMemoryUsageLog usageLog() {
		return this.usageLog;
	}

	/**
	 * Lets processes exchange what they hold.
	 * @param votes the exchange
	 */
	public void exchange(Votes votes) {
		this.votes = votes;
	}

	@Override
	public Votes holdVotes() {
		return this.votes;
	}

	@Override
	public void writeSwitch(SwitchState state) {
		change(new SourceState(state, this.state.backups()));
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public String type() {
		return InMemoryStore.class.getName();
	}

	@Override
	public String location() {
		return "memory";
	}

	@Override
	public List<Problem> problems() {
		return List.of();
	}

	@Override
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	@Override
	public void removeListener(Runnable listener) {
		this.listeners.remove(listener);
	}

	@Override
	public FailoverStore open(String namespace, Path directory) {
		return this;
	}

	@Override
	public void close(FailoverStore store) {
	}

	private record Ref(Backup backup) implements BackupRef {

		@Override
		public ServiceKey key() {
			return this.backup.key();
		}

		@Override
		public Backup get() {
			return this.backup;
		}

		@Override
		public int instances() {
			return this.backup.size();
		}

		@Override
		public int healthy() {
			return this.backup.healthy();
		}

		@Override
		public Instant modified() {
			return null;
		}

	}

}
