package io.github.nacosfailover.guard;

import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a process knows of its own health, beside what its namespaces know.
 *
 * @param failedCalls counts calls that have failed at instances that are served from
 * backups
 * @param notUp names the health indicators that are not up, with their status
 */
public record ProcessHealth(LongSupplier failedCalls, Supplier<? extends Collection<String>> notUp) {

	/** Knows nothing against the process. */
	public static final ProcessHealth UNKNOWN = new ProcessHealth(() -> 0, List::of);

}
