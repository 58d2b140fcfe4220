package io.github.nacosfailover.engine;

import java.time.Instant;
import java.util.Set;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * A backup of which some instances do not accept calls. They are marked once, not by each
 * query.
 */
final class BackupWithUnhealthy implements BackupRef {

	private final BackupRef original;

	private final Set<String> unhealthy;

	private volatile @Nullable Marked marked;

	BackupWithUnhealthy(BackupRef original, Set<String> unhealthy) {
		this.original = original;
		this.unhealthy = unhealthy;
	}

	@Override
	public ServiceKey key() {
		return this.original.key();
	}

	@Override
	public @Nullable Backup get() {
		Backup backup = this.original.get();
		if (backup == null) {
			return null;
		}
		Marked known = this.marked;
		if (known == null || known.original() != backup) {
			known = new Marked(backup, backup.withUnhealthy(this.unhealthy));
			this.marked = known;
		}
		return known.result();
	}

	@Override
	public int instances() {
		return this.original.instances();
	}

	@Override
	public int healthy() {
		Backup backup = get();
		return (backup != null) ? backup.healthy() : 0;
	}

	@Override
	public @Nullable Instant modified() {
		return this.original.modified();
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof BackupWithUnhealthy that && this.original.equals(that.original)
				&& this.unhealthy.equals(that.unhealthy);
	}

	@Override
	public int hashCode() {
		return this.original.hashCode();
	}

	/**
	 * A backup and the copy that was made of it.
	 *
	 * @param original the backup
	 * @param result the backup with its unhealthy instances
	 */
	private record Marked(Backup original, Backup result) {

	}

}
