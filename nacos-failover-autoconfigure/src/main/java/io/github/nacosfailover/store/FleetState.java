package io.github.nacosfailover.store;

import java.util.List;

/**
 * The processes that share a store, and which of them have applied the current switch.
 *
 * @param instances number of processes that have reported lately
 * @param applied how many of them have applied it
 * @param lagging the others
 */
public record FleetState(int instances, int applied, List<String> lagging) {

}
