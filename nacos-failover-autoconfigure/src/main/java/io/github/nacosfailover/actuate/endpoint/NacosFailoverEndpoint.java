package io.github.nacosfailover.actuate.endpoint;

import java.util.Collection;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.NacosFailoverDetector;
import io.github.nacosfailover.event.SwitchOrigin;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.report.PreflightReport;
import io.github.nacosfailover.report.SwitchHistory;
import io.github.nacosfailover.request.ServiceSwitchRequest;
import io.github.nacosfailover.request.StatusRequest;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;

/**
 * {@link Endpoint @Endpoint} that reads and flips failover.
 */
@Endpoint(id = "nacosfailover")
public class NacosFailoverEndpoint {

	static final String DETECTOR = "detector";

	static final String DRILL = "drill";

	private final NacosFailover failover;

	private final @Nullable NacosFailoverDetector detector;

	public NacosFailoverEndpoint(NacosFailover failover) {
		this(failover, null);
	}

	public NacosFailoverEndpoint(NacosFailover failover, @Nullable NacosFailoverDetector detector) {
		this.failover = failover;
		this.detector = detector;
	}

	/**
	 * What is switched and served now.
	 * @return a snapshot
	 */
	@ReadOperation
	public FailoverStatus status() {
		return this.failover.status();
	}

	FailoverStatus page(@Nullable String service, @Nullable String namespace, @Nullable String limit,
			@Nullable String offset) {
		return this.failover.status(new StatusRequest(namespace, service, FieldValues.number("offset", offset, 0),
				FieldValues.number("limit", limit, StatusRequest.DEFAULT_LIMIT)));
	}

	/**
	 * Compares the backup of a service with what the server last reported. Some names
	 * stand for something else: {@code preflight} for what would come of a switch,
	 * {@code history} for the last changes, {@code detector} and {@code drill} for what
	 * the detector finds. A service that is really called so is found with its group.
	 * @param service the service, with or without its group
	 * @param namespace the namespace
	 * @param probe for a preflight, {@code true} to try to connect to the instances of
	 * the backups
	 * @return the comparison, {@code null} if nobody knows the service; or what the name
	 * stands for
	 */
	@ReadOperation
	public @Nullable Object service(@Selector String service, @Nullable String namespace, @Nullable String probe) {
		return switch (service) {
			case "preflight" -> preflight(namespace, probe);
			case "history" -> history(namespace);
			case DETECTOR, DRILL -> detector().report();
			default -> compare(service, namespace);
		};
	}

	NacosFailoverDetector detector() {
		if (this.detector == null) {
			throw new IllegalArgumentException("there is no detector in this application");
		}
		return this.detector;
	}

	@Nullable
	Object compare(String service, @Nullable String namespace) {
		return this.failover.compare(service, namespace);
	}

	Collection<String> similar(String service, @Nullable String namespace) {
		return this.failover.similarServices(service, namespace);
	}

	PreflightReport preflight(@Nullable String namespace, @Nullable String probe) {
		return this.failover.preflight(namespace, FieldValues.isTrue("probe", probe));
	}

	SwitchHistory history(@Nullable String namespace) {
		return this.failover.history(namespace);
	}

	/**
	 * Switches failover.
	 * @param enabled {@code true} or {@code false}
	 * @param namespace the namespace, all if not given
	 * @param reason why
	 * @param duration after which it should end, such as {@code 30m} or {@code PT30M}
	 * @param force whether to override guards
	 * @param scope {@code all} processes that share the store, which is the default, or
	 * {@code local} for this one alone
	 * @param wait how long to wait for all that share the store, such as {@code 5s}
	 * @param plan the id of a plan from a preflight, without which it is carried out
	 * whatever has changed
	 * @param whenSafe to switch off as soon as that is safe, or not at all after this
	 * time, such as {@code 30m}
	 * @param services with {@code whenSafe}: services that are on by themselves, with
	 * commas between them, to switch off instead of the namespace
	 * @param stage with a shared store: which instances switch first and how long these
	 * are watched, such as {@code {"share": "10%", "hold": "2m"}}; or, without
	 * {@code enabled}, {@code stop} or {@code continue} to end that
	 * @return what is switched and served afterwards
	 */
	@WriteOperation
	public FailoverStatus flip(@Nullable String enabled, @Nullable String namespace, @Nullable String reason,
			@Nullable String duration, @Nullable String force, @Nullable String scope, @Nullable String wait,
			@Nullable String plan, @Nullable String whenSafe, @Nullable String services, @Nullable String stage) {
		return flip(new FlipRequest(FieldValues.flag("enabled", enabled), namespace, reason, duration,
				FieldValues.flag("force", force), scope, wait, plan, whenSafe, FieldValues.names(services), stage,
				"jmx", SwitchOrigin.JMX));
	}

	FailoverStatus flip(FlipRequest request) {
		if (request.isStageEnd()) {
			return this.failover.endStage(request.stageEnd());
		}
		return request.isWhenSafe() ? this.failover.switchOffWhenSafe(request.later())
				: this.failover.switchFailover(request.now());
	}

	/**
	 * Switches failover of one service, whatever the switch of its namespace says.
	 * @param service the service, with or without its group
	 * @param enabled {@code true} or {@code false}, nothing to follow the namespace again
	 * @param namespace the namespace, all that know the service if not given
	 * @param reason why
	 * @param force whether to override guards
	 * @return what is switched and served afterwards
	 */
	@WriteOperation
	public FailoverStatus flipService(@Selector String service, @Nullable String enabled, @Nullable String namespace,
			@Nullable String reason, @Nullable String force) {
		return flipService(new ServiceSwitchRequest(service, FieldValues.flag("enabled", enabled), namespace, "jmx",
				reason, FieldValues.isTrue("force", force), SwitchOrigin.JMX));
	}

	FailoverStatus flipService(ServiceSwitchRequest request) {
		return this.failover.switchService(request);
	}

}
