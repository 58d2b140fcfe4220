package io.github.nacosfailover.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is switched and served, at one instant. Its JSON is the same whatever naming or
 * inclusion the application has set for its own.
 *
 * @param enabled whether failover is on in every namespace
 * @param namespaces the namespaces by name
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FailoverStatus(boolean enabled, Map<String, NamespaceStatus> namespaces) {

	/**
	 * One namespace.
	 *
	 * @param enabled whether failover is on
	 * @param serverStatus {@code UP}, {@code DOWN}, or {@code UNKNOWN} if only clients
	 * made by hand use the namespace
	 * @param failoverSwitch the switch in force
	 * @param exceptions services that are on or off by themselves
	 * @param include which services the switch is for, empty for every service
	 * @param exclude which services it is not for, though included
	 * @param sources the sources in order of precedence
	 * @param fleet who has applied the switch, absent if the store is of this process
	 * alone or cannot tell now
	 * @param drill the last drill, absent if there was none
	 * @param whenSafe the way back that is armed, absent if there is none
	 * @param stage the stage of the shared switch, absent if it was last changed without
	 * one
	 * @param page which services are described, absent if all are
	 * @param services every service with a backup and every service that was asked for
	 * @param problems what an operator should put right
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record NamespaceStatus(boolean enabled, @JsonProperty("serverStatus") String serverStatus,
			@JsonProperty("switch") SwitchStatus failoverSwitch, Map<String, Boolean> exceptions, List<String> include,
			List<String> exclude, List<SourceStatus> sources,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable FleetStatus fleet,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DrillStatus drill,
			@JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("whenSafe") @Nullable WhenSafeStatus whenSafe,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable StageStatus stage,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PageStatus page, Map<String, ServiceStatus> services,
			List<ProblemStatus> problems) {
	}

	/**
	 * A change of the shared switch that some instances apply before the others.
	 *
	 * @param state {@code running}; {@code going-back} if it was stopped and guards speak
	 * against going back; {@code stopped} if the first share has gone back; or
	 * {@code done} if all instances have followed
	 * @param enabled whether it leads to on
	 * @param share percentage of the instances that applies it first, such as {@code 10%}
	 * @param hold how long these are watched before the others follow
	 * @param since when it was begun
	 * @param until when the others follow
	 * @param by who has begun it
	 * @param reason why, if given
	 * @param instances number of instances when it was begun
	 * @param members names of the instances that apply it first
	 * @param member whether this process is one of them
	 * @param detail why it was stopped, {@code null} if it was not
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record StageStatus(String state, boolean enabled, String share,
			@JsonFormat(shape = JsonFormat.Shape.STRING) Duration hold,
			@JsonFormat(shape = JsonFormat.Shape.STRING) Instant since,
			@JsonFormat(shape = JsonFormat.Shape.STRING) Instant until, @Nullable String by, @Nullable String reason,
			int instances, List<String> members, boolean member, @Nullable String detail) {
	}

	/**
	 * Which services are described.
	 *
	 * @param total number of services that the request matches
	 * @param offset number of them that come before those that are described
	 * @param limit number of services that are described at most
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record PageStatus(int total, int offset, int limit) {
	}

	/**
	 * A way back that is armed: it is gone as soon as that is safe.
	 *
	 * @param until after which it is not gone any more, {@code null} for a switch that is
	 * overdue
	 * @param by who has armed it
	 * @param reason why, if given
	 * @param services the services that are still to go back, absent if it is the switch
	 * @param waitingFor what it waits for
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record WhenSafeStatus(@JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant until, String by,
			@Nullable String reason, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> services,
			@JsonProperty("waitingFor") List<String> waitingFor) {
	}

	/**
	 * The processes that share the store.
	 *
	 * @param instances number of processes that have reported lately
	 * @param applied how many of them have applied the switch as it is now
	 * @param lagging the others
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record FleetStatus(int instances, int applied, List<String> lagging) {
	}

	/**
	 * The switch in force.
	 *
	 * @param source name of the source that decides
	 * @param at since when, if known
	 * @param by who set it, if known
	 * @param reason why, if given
	 * @param until when it should end, if an end was given
	 * @param overdue whether it is on for longer than it should be
	 * @param findings what guards had against it, or found worth a warning, when it was
	 * switched
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record SwitchStatus(String source, @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant at,
			@Nullable String by, @Nullable String reason,
			@JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant until, boolean overdue,
			List<String> findings) {
	}

	/**
	 * A source of failover.
	 *
	 * @param name its name
	 * @param type its class
	 * @param location where its data are, if known
	 * @param writable whether the switch can be written there
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record SourceStatus(String name, String type, @Nullable String location, boolean writable) {
	}

	/**
	 * A service.
	 *
	 * @param enabled whether failover is on for it, be there a backup or not
	 * @param instances number of instances in the backup, 0 if there is none
	 * @param healthy number of healthy ones among them
	 * @param source name of the source of the backup, {@code null} if there is none
	 * @param modified when the backup was last changed, if known
	 * @param servedFrom where the next query is answered from, {@code failover},
	 * {@code hold} or {@code live}; {@code null} if it was never asked for
	 * @param lastServedFrom where the last query was answered from, {@code null} if it
	 * was never asked for
	 * @param served how often it was answered from the backup
	 * @param servedLive how often it was answered live
	 * @param lastServed when it was last asked for, to a tenth of a second
	 * @param detector the service as the detector sees it, absent if it is normal
	 * @param liveness which instances of the backup accept connections, absent unless it
	 * is served
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record ServiceStatus(boolean enabled, int instances, int healthy, @Nullable String source,
			@JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant modified,
			@JsonProperty("servedFrom") @Nullable String servedFrom,
			@JsonProperty("lastServedFrom") @Nullable String lastServedFrom, long served,
			@JsonProperty("servedLive") long servedLive,
			@JsonProperty("lastServed") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable Instant lastServed,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable DetectorStatus detector,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LivenessStatus liveness) {
	}

	/**
	 * Something to put right.
	 *
	 * @param location where
	 * @param message what is wrong and what to do
	 */
	@JsonInclude(JsonInclude.Include.ALWAYS)
	public record ProblemStatus(String location, String message) {
	}

}
