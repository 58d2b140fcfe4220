package io.github.nacosfailover.store;

import java.util.List;

/**
 * Who has applied the switch as it is now, among the processes that share a store.
 *
 * @param instances number of processes that have reported lately
 * @param applied how many of them have applied it
 * @param lagging the others
 */
public record FleetState(int instances, int applied, List<String> lagging) {

}
