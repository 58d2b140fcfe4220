package io.github.nacosfailover.snapshot;

import io.github.nacosfailover.store.SavedBackup;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a service in a round.
 *
 * @param saved its backup, {@code null} if there is none
 * @param same whether the backup is what the server says
 * @param healthy number of healthy instances that the server says it has
 * @param certain whether it is certain that the server is there; if not, no time passes
 * for what is kept
 */
record Observation(@Nullable SavedBackup saved, boolean same, int healthy, boolean certain) {

}
