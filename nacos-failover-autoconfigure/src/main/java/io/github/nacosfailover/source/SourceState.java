package io.github.nacosfailover.source;

import org.jspecify.annotations.Nullable;

/**
 * What a source has, at one instant.
 *
 * @param failoverSwitch its opinion on the switch, or {@code null} if it has none
 * @param backups its backups
 */
public record SourceState(@Nullable SwitchState failoverSwitch, BackupTable backups) {

	/** Neither an opinion nor a backup. */
	public static final SourceState NOTHING = new SourceState(null, BackupTable.EMPTY);

}
