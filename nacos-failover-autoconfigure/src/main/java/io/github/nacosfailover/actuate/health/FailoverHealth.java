package io.github.nacosfailover.actuate.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.StatusReport;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.report.FailoverStatus.StageStatus;
import io.github.nacosfailover.report.FailoverStatus.WhenSafeStatus;
import io.github.nacosfailover.source.Problem;
import io.github.nacosfailover.source.SwitchState;
import org.jspecify.annotations.Nullable;

/**
 * How failover is, whatever the line of Spring Boot. It asks no server and no file.
 */
public final class FailoverHealth {

	/** Status while something is on: worth a look, and no reason to stop anything. */
	public static final String FAILOVER = "FAILOVER";

	private static final String SERVER_INDICATOR = "com.alibaba.cloud.nacos.discovery.actuate.health.NacosDiscoveryHealthIndicator";

	private static final int MAX_PROBLEMS = 10;

	private final FailoverEngine engine;

	private final @Nullable FailoverDetector detector;

	public FailoverHealth(FailoverEngine engine) {
		this(engine, null);
	}

	/**
	 * Creates a new instance.
	 * @param engine the engine
	 * @param detector suggests what to do, {@code null} if there is none
	 */
	public FailoverHealth(FailoverEngine engine, @Nullable FailoverDetector detector) {
		this.engine = engine;
		this.detector = detector;
	}

	/**
	 * Whether a switch is on, or a service by itself.
	 * @return {@code true} if so
	 */
	public boolean isOn() {
		return this.engine.namespaces().stream().anyMatch((namespace) -> namespace.view().isActive());
	}

	/** Whether a bean is Spring Cloud Alibaba's indicator of the server. */
	static boolean isOfServer(Object bean) {
		return bean.getClass().getName().equals(SERVER_INDICATOR);
	}

	Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		for (FailoverNamespace namespace : this.engine.namespaces()) {
			// An exception would take the application out of service.
			Map<String, Object> described = namespace.faults().ask("health", () -> describe(namespace));
			details.put(namespace.name(), (described != null) ? described : Map.of("failure", "see problems"));
		}
		return details;
	}

	private Map<String, Object> describe(FailoverNamespace namespace) {
		View view = namespace.view();
		SwitchState state = view.failoverSwitch();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("enabled", view.isOn());
		if (view.isActive()) {
			details.put("source", view.activeSource().name());
			put(details, "at", state.at());
			put(details, "by", state.by());
			put(details, "reason", state.reason());
			put(details, "until", state.until());
			details.put("overdue", this.engine.rules().isOverdue(view));
			details.put("served", view.served().size());
		}
		if (!state.exceptions().isEmpty()) {
			details.put("exceptions", state.exceptions().size());
		}
		WhenSafeStatus whenSafe = namespace.reports().whenSafe();
		if (whenSafe != null) {
			details.put("whenSafe", describe(whenSafe));
		}
		StageStatus stage = StatusReport.describeStage(namespace);
		if (stage != null && !"done".equals(stage.state())) {
			details.put("stage", describe(stage));
		}
		details.put("backups", view.backups().size());
		Map<String, String> suggestions = (this.detector != null) ? this.detector.suggestions(namespace) : Map.of();
		if (!suggestions.isEmpty()) {
			details.put("suggestions", suggestions);
		}
		List<Problem> problems = namespace.problems();
		if (!problems.isEmpty()) {
			details.put("problems",
					problems.stream()
						.limit(MAX_PROBLEMS)
						.map((problem) -> problem.location() + ": " + problem.message())
						.toList());
		}
		return details;
	}

	private static Map<String, Object> describe(WhenSafeStatus whenSafe) {
		Map<String, Object> details = new LinkedHashMap<>();
		put(details, "until", whenSafe.until());
		details.put("by", whenSafe.by());
		put(details, "reason", whenSafe.reason());
		if (whenSafe.services() != null) {
			details.put("services", whenSafe.services().size());
		}
		details.put("waitingFor", whenSafe.waitingFor());
		return details;
	}

	private static Map<String, Object> describe(StageStatus stage) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", stage.state());
		details.put("enabled", stage.enabled());
		details.put("share", stage.share());
		details.put("members", stage.members().size());
		details.put("instances", stage.instances());
		details.put("member", stage.member());
		put(details, "until", stage.until());
		put(details, "by", stage.by());
		put(details, "detail", stage.detail());
		return details;
	}

	private static void put(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value.toString());
		}
	}

}
