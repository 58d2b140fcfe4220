package io.github.nacosfailover.testsupport;

import java.time.Instant;
import java.util.function.Supplier;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import io.github.nacosfailover.source.BackupRef;

/**
 * A backup that is loaded whenever it is asked for, which may fail.
 *
 * @param key the service
 * @param loading loads it
 */
public record LoadingBackup(ServiceKey key, Supplier<Backup> loading) implements BackupRef {

	@Override
	public Backup get() {
		return this.loading.get();
	}

	@Override
	public int instances() {
		return 1;
	}

	@Override
	public int healthy() {
		return 1;
	}

	@Override
	public Instant modified() {
		return null;
	}

}
