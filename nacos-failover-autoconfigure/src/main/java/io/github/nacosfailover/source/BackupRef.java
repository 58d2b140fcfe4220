package io.github.nacosfailover.source;

import java.time.Instant;

import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.BackupFormat;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A backup that a source has, loaded when it is first needed. Safe for use by any thread.
 */
public interface BackupRef {

	ServiceKey key();

	/**
	 * The backup; the first call may load it.
	 * @return the last good version, or {@code null} if there never was one
	 */
	@Nullable Backup get();

	/**
	 * Number of instances; the first call may load the backup, without keeping it.
	 * @return the number of instances, 0 if there is no good version
	 */
	int instances();

	/**
	 * Number of healthy instances, as {@link #instances()}.
	 * @return the number of healthy instances
	 */
	int healthy();

	/**
	 * When the backup was last changed, as far as the source knows.
	 * @return the time or {@code null}
	 */
	@Nullable Instant modified();

	/**
	 * What tells the content that counts now from any other. May load the backup.
	 * @return a digest in hexadecimal digits, or {@code null} if there is no good version
	 */
	default @Nullable String contentDigest() {
		Backup backup = get();
		return (backup != null) ? BackupFormat.digest(BackupFormat.write(backup)) : null;
	}

}
