package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SourceState;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SwitchLog;

/**
 * A failover directory on top of a shared store: what is edited there counts for this
 * process alone.
 */
public final class LocalFiles implements LocalOverride {

	private final DiskStore store;

	public LocalFiles(DiskStore store) {
		this.store = store;
	}

	/**
	 * The store of the directory.
	 * @return the store, to be closed by who has opened it
	 */
	public DiskStore store() {
		return this.store;
	}

	@Override
	public String name() {
		return "local";
	}

	@Override
	public String type() {
		return LocalFiles.class.getName();
	}

	@Override
	public String location() {
		return this.store.location();
	}

	@Override
	public boolean isWritable() {
		return this.store.isWritable();
	}

	@Override
	public SourceState state() {
		return this.store.shown().local();
	}

	@Override
	public List<Problem> problems() {
		return this.store.problems();
	}

	@Override
	public void addListener(Runnable listener) {
		this.store.addListener(listener);
	}

	@Override
	public void removeListener(Runnable listener) {
		this.store.removeListener(listener);
	}

	@Override
	public void writeSwitch(SwitchState state) throws IOException {
		this.store.writeSwitch(state);
	}

	@Override
	public void removeSwitch() throws IOException {
		this.store.removeSwitch();
	}

	@Override
	public Set<ServiceKey> moveMigrated(Collection<Backup> backups) throws IOException {
		return this.store.moveMigrated(backups);
	}

	@Override
	public SnapshotArchive archive() {
		return this.store.archive();
	}

	@Override
	public SwitchLog switchLog() {
		return this.store.switchLog();
	}

}
