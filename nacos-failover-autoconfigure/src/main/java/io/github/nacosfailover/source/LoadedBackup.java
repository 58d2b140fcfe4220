package io.github.nacosfailover.source;

import java.time.Instant;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is in memory already.
 *
 * @param backup the backup
 * @param modified when it was last changed, if known
 */
record LoadedBackup(Backup backup, @Nullable Instant modified) implements BackupRef {

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

}
