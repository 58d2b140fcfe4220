package io.github.nacosfailover.source;

import org.jspecify.annotations.Nullable;

/**
 * The state of a source at one instant.
 *
 * @param failoverSwitch its opinion on the switch, or {@code null} if it has none
 * @param backups its backups
 */
public record SourceState(@Nullable SwitchState failoverSwitch, BackupTable backups) {

	/** No switch and no backup. */
	public static final SourceState NOTHING = new SourceState(null, BackupTable.EMPTY);

}
