package io.github.nacosfailover.store.disk;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one data file.
 *
 * @param signature what it looked like, {@code null} if it could not be looked at
 * @param backup what was last read from it, or will be, {@code null} if it is not named
 * after a service or could never be looked at
 * @param problem why the backup is not what the file says now, or {@code null}
 */
record DataFile(@Nullable FileSignature signature, @Nullable DiskBackup backup, @Nullable String problem) {

	boolean isUnreadable() {
		return this.backup != null && this.backup.isUnreadable();
	}

	@Nullable String describe() {
		return (this.problem != null || this.backup == null) ? this.problem : this.backup.problem();
	}

}
