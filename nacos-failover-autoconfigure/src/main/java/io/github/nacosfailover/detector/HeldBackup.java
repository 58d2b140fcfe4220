package io.github.nacosfailover.detector;

import java.time.Instant;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;
import org.jspecify.annotations.Nullable;

/**
 * The backup that a held service is served from.
 *
 * @param backup the instances
 * @param modified when they last changed
 */
record HeldBackup(Backup backup, Instant modified) implements BackupRef {

	@Override
	public ServiceKey key() {
		return this.backup.key();
	}

	@Override
	public @Nullable Backup get() {
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

}
