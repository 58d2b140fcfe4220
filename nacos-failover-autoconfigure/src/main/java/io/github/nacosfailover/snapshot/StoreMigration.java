package io.github.nacosfailover.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.request.MigrationDirection;
import io.github.nacosfailover.source.BackupRef;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.store.LocalOverride;
import io.github.nacosfailover.store.SnapshotArchive;
import io.github.nacosfailover.store.SnapshotChange;
import io.github.nacosfailover.store.SnapshotCopy;
import io.github.nacosfailover.store.SnapshotResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the failover directory of an instance into its shared store, or back, and the
 * snapshots with it. The same data is served after each step, so it can be interrupted at
 * any point and repeated. No instance is switched by it.
 */
final class StoreMigration {

	private static final Logger logger = LoggerFactory.getLogger(StoreMigration.class);

	private final FailoverNamespace namespace;

	private final LocalOverride local;

	private final SnapshotArchive shared;

	private final Map<ServiceKey, String> kept = new LinkedHashMap<>();

	private StoreMigration(FailoverNamespace namespace, LocalOverride local, SnapshotArchive shared) {
		this.namespace = namespace;
		this.local = local;
		this.shared = shared;
	}

	/** The reason why a namespace cannot be copied, {@code null} if it can. */
	static @Nullable String whyImpossible(FailoverNamespace namespace, MigrationDirection direction) {
		LocalOverride local = namespace.local();
		if (local == null || namespace.store().archive() == null) {
			return "its store '%s' is not shared with others, so there is nothing to copy"
				.formatted(namespace.store().name());
		}
		SwitchState own = local.state().failoverSwitch();
		SwitchState shared = namespace.store().state().failoverSwitch();
		if (direction == MigrationDirection.TO_STORE && own != null && shared != null && !isSame(own, shared)) {
			return "the switch or an exception is another in %s than in the store, and a copy must not switch the others; "
				.formatted(local.location()) + "make them the same before, here or over another instance";
		}
		return null;
	}

	private static boolean isSame(SwitchState one, SwitchState other) {
		return one.enabled() == other.enabled() && one.exceptions().equals(other.exceptions());
	}

	/**
	 * Copy a namespace for which {@link #whyImpossible} has no reason.
	 * @param id id of the snapshot that this creates
	 * @throws IOException if it cannot be written; completed steps are not undone
	 */
	static SnapshotResult copy(FailoverNamespace namespace, MigrationDirection direction, String id, String by)
			throws IOException {
		LocalOverride local = namespace.local();
		SnapshotArchive shared = namespace.store().archive();
		if (local == null || shared == null) {
			throw new IllegalArgumentException("There is nothing to copy");
		}
		StoreMigration migration = new StoreMigration(namespace, local, shared);
		return (direction == MigrationDirection.TO_STORE) ? migration.toStore(id, by) : migration.toDisk(id, by);
	}

	private SnapshotResult toStore(String id, String by) throws IOException {
		List<Backup> backups = load(this.local.state().backups().all());
		SnapshotResult written = this.shared.write(new SnapshotChange(id, by, backups, Set.of(), true));
		carry(this.local.archive(), this.shared);
		backups.removeIf((backup) -> written.kept().containsKey(backup.key()));
		this.local.moveMigrated(backups)
			.forEach((key) -> this.kept.put(key,
					"its file is a link, or was edited meanwhile, so it takes precedence over the store; copy again, or delete it"));
		this.kept.putAll(written.kept());
		return new SnapshotResult(written.snapshot(), this.kept);
	}

	private SnapshotResult toDisk(String id, String by) throws IOException {
		List<BackupRef> used = new ArrayList<>();
		for (ServiceKey key : this.namespace.used()) {
			BackupRef found = this.namespace.store().state().backups().find(key);
			if (found != null) {
				used.add(found);
			}
		}
		List<Backup> backups = load(used);
		SnapshotResult written = this.local.archive().write(new SnapshotChange(id, by, backups, Set.of(), false));
		SwitchState shared = this.namespace.store().state().failoverSwitch();
		if (shared != null && (shared.enabled() || !shared.exceptions().isEmpty())) {
			this.local.writeSwitch(shared);
		}
		carry(this.shared, this.local.archive());
		this.kept.putAll(written.kept());
		return new SnapshotResult(written.snapshot(), this.kept);
	}

	private void carry(SnapshotArchive from, SnapshotArchive to) throws IOException {
		List<SnapshotCopy> copies = from.copies();
		if (!copies.isEmpty()) {
			to.takeOver(copies)
				.forEach((id, reason) -> logger.warn(
						"Failover: snapshot {} of namespace '{}' stays where it is and was not copied: {}", id,
						this.namespace.name(), reason));
		}
	}

	private List<Backup> load(Collection<BackupRef> refs) {
		List<Backup> backups = new ArrayList<>();
		for (BackupRef ref : refs) {
			Backup backup = ref.get();
			if (backup != null) {
				backups.add(backup);
			}
			else {
				this.kept.put(ref.key(), "it cannot be read now; see the problems, and copy again");
			}
		}
		return backups;
	}

}
