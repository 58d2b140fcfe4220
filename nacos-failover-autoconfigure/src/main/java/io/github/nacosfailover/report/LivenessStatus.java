package io.github.nacosfailover.report;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which instances of a served backup accept connections, as this process sees it.
 *
 * @param answers number of instances that accept connections
 * @param refused number of those whose host refuses them
 * @param silent number of those that do not answer in time
 * @param notProbed number of those that were not probed, or not yet
 * @param panic whether silent instances are served because too few answer
 * @param frozen whether the silence of the last round was ignored
 * @param excluded addresses that are marked as unhealthy
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LivenessStatus(int answers, int refused, int silent, @JsonProperty("notProbed") int notProbed,
		boolean panic, boolean frozen, List<String> excluded) {
}
