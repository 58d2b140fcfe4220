package io.github.nacosfailover.store;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;

/**
 * A backup as an archive has written it.
 *
 * @param digest digest of its content: equal if and only if the content is
 * @param instances number of instances
 * @param healthy number of healthy ones among them
 */
public record SavedBackup(String digest, int instances, int healthy) {

	/**
	 * Computes what an archive would write for a backup, for comparison.
	 * @param backup the backup
	 * @return equal to that of any other backup with the same instances, in whatever
	 * order
	 */
	public static SavedBackup of(Backup backup) {
		return of(backup, BackupFormat.write(backup));
	}

	/**
	 * Like {@link #of(Backup)}, if the content has been written already.
	 * @param backup the backup
	 * @param content what {@link BackupFormat#write} made of it
	 * @return the same as {@code of(backup)}
	 */
	public static SavedBackup of(Backup backup, byte[] content) {
		return new SavedBackup(BackupFormat.digest(content), backup.size(), backup.healthy());
	}

}
