package io.github.nacosfailover.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What would happen if failover were switched on or off now. Its JSON is the same
 * whatever naming or inclusion the application has set for its own.
 *
 * @param at when it was found
 * @param namespaces the namespaces by name
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PreflightReport(@JsonFormat(shape = JsonFormat.Shape.STRING) Instant at,
		Map<String, NamespacePreflight> namespaces) {

	/**
	 * One namespace.
	 *
	 * @param enabled whether failover is on now
	 * @param serverStatus {@code UP}, {@code DOWN}, or {@code UNKNOWN} if only clients
	 * made by hand use the namespace
	 * @param on what would come of switching on
	 * @param off what would come of switching off
	 * @param inUse number of services in use
	 * @param withBackup number of services in use that have a backup
	 * @param missing services in use that have none
	 * @param services the services in use
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record NamespacePreflight(boolean enabled, @JsonProperty("serverStatus") String serverStatus, Verdict on,
			Verdict off, @JsonProperty("inUse") int inUse, @JsonProperty("withBackup") int withBackup,
			List<String> missing, Map<String, ServicePreflight> services) {
	}

	/**
	 * What would come of a switch.
	 *
	 * @param allowed whether no guard would refuse it
	 * @param refused why guards would refuse it
	 * @param warnings what else there is to know
	 * @param plan what would change for whom, absent if nobody has asked for that
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Verdict(boolean allowed, List<String> refused, List<String> warnings,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SwitchPlan plan) {

		public Verdict(List<String> refused, List<String> warnings) {
			this(refused.isEmpty(), List.copyOf(refused), List.copyOf(warnings), null);
		}

		/**
		 * The same with a plan.
		 * @param plan what would change for whom
		 * @return the verdict
		 */
		public Verdict withPlan(SwitchPlan plan) {
			return new Verdict(this.allowed, this.refused, this.warnings, plan);
		}

		/**
		 * Everything that there is to say.
		 * @return reasons and warnings
		 */
		public List<String> all() {
			return Stream.concat(this.refused.stream(), this.warnings.stream()).toList();
		}

	}

	/**
	 * A service in use. Instances are named by their addresses; the differences lead from
	 * the backup to live.
	 *
	 * @param enabled whether it is served from its backup now, if it has one
	 * @param backup number of instances in the backup, 0 if there is none
	 * @param backupHealthy number of healthy ones among them
	 * @param source name of the source of the backup
	 * @param modified when the backup was last changed, if known
	 * @param age how long ago that is
	 * @param live number of instances the server tells of, {@code null} if it does not
	 * answer
	 * @param liveHealthy number of healthy ones that queries can count on: of those the
	 * server tells of and those the client knows, the smaller number
	 * @param added instances that are live only
	 * @param removed instances that are in the backup only
	 * @param changed instances that differ
	 * @param probe which instances of the backup accept connections, {@code null} if that
	 * was not asked for
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record ServicePreflight(boolean enabled, int backup, @JsonProperty("backupHealthy") int backupHealthy,
			@Nullable String source, @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant modified,
			@JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Duration age, @Nullable Integer live,
			@JsonProperty("liveHealthy") @Nullable Integer liveHealthy, List<String> added, List<String> removed,
			List<String> changed, @Nullable Probe probe) {
	}

	/**
	 * Which instances accept a TCP connection.
	 *
	 * @param reachable number of those that do
	 * @param unreachable those that do not
	 * @param notProbed those that were left out: names, which are not looked up, and what
	 * there was no time for
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record Probe(int reachable, List<String> unreachable, @JsonProperty("notProbed") List<String> notProbed) {
	}

}
