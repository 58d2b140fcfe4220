package io.github.nacosfailover.store.shared;

import java.time.Duration;

/**
 * How a process uses a shared store.
 *
 * @param pollInterval how often to look for changes
 * @param pollIntervalWhenNotified how often to do so while the engine tells of them;
 * counts if it is longer
 * @param reportInterval how often to report what this process does
 * @param instance what this process is called in the report of the fleet
 * @param keep number of snapshots to keep, beside pinned ones
 * @param maxSize size in bytes of all contents of a namespace from which on the oldest
 * snapshots go
 * @param maxBackupSize size in bytes that the content of one backup may have
 */
public record SharedSettings(Duration pollInterval, Duration pollIntervalWhenNotified, Duration reportInterval,
		String instance, int keep, long maxSize, long maxBackupSize) {

	private static final long MAX_BACKUP_SIZE = 16 * 1024 * 1024;

	/**
	 * Creates settings with which a backup may have 16 MB.
	 * @param pollInterval how often to look for changes
	 * @param pollIntervalWhenNotified how often to do so while the engine tells of them;
	 * counts if it is longer
	 * @param reportInterval how often to report what this process does
	 * @param instance what this process is called in the report of the fleet
	 * @param keep number of snapshots to keep, beside pinned ones
	 * @param maxSize size in bytes of all contents of a namespace from which on the
	 * oldest snapshots go
	 */
	public SharedSettings(Duration pollInterval, Duration pollIntervalWhenNotified, Duration reportInterval,
			String instance, int keep, long maxSize) {
		this(pollInterval, pollIntervalWhenNotified, reportInterval, instance, keep, maxSize, MAX_BACKUP_SIZE);
	}

	/**
	 * Creates settings with which changes are looked for as often whether they are
	 * announced of or not.
	 * @param pollInterval how often to look for changes
	 * @param reportInterval how often to report what this process does
	 * @param instance what this process is called in the report of the fleet
	 * @param keep number of snapshots to keep, beside pinned ones
	 * @param maxSize size in bytes of all contents of a namespace from which on the
	 * oldest snapshots go
	 */
	public SharedSettings(Duration pollInterval, Duration reportInterval, String instance, int keep, long maxSize) {
		this(pollInterval, pollInterval, reportInterval, instance, keep, maxSize);
	}

}
