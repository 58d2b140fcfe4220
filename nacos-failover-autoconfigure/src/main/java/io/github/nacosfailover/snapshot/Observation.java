package io.github.nacosfailover.snapshot;

import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;

/**
 * A service as observed in a round, compared with its backup.
 *
 * @param saved its backup, {@code null} if there is none
 * @param same whether the backup equals what the server reports
 * @param healthy number of healthy instances that the server reports
 * @param certain whether the server is known to be up; if not, no time passes for the
 * guard
 */
record Observation(@Nullable SavedBackup saved, boolean same, int healthy, boolean certain) {

}
