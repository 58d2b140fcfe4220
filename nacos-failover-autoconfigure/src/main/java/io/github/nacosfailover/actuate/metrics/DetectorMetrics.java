package io.github.nacosfailover.actuate.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;

import io.github.nacosfailover.detector.Drills;
import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.detector.HoldOutcome;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.LivenessStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meters of the detector, of liveness and of drills.
 */
public final class DetectorMetrics extends NamespaceMeters {

	private final FailoverDetector detector;

	private final LivenessMonitor liveness;

	private final Drills drills;

	/**
	 * Creates the meters.
	 * @param engine the engine
	 * @param detector its detector
	 * @param liveness its liveness
	 * @param drills its drills
	 */
	public DetectorMetrics(FailoverEngine engine, FailoverDetector detector, LivenessMonitor liveness, Drills drills) {
		super(engine);
		this.detector = detector;
		this.liveness = liveness;
		this.drills = drills;
		engine.addListener(this);
	}

	@Override
	void bindShared(MeterRegistry registry) {
		for (HoldOutcome outcome : HoldOutcome.values()) {
			FunctionCounter.builder(PREFIX + "detector.holds", this.detector, (it) -> it.holds(outcome))
				.description("Holds that have ended")
				.tag("outcome", outcome.toString())
				.register(registry);
		}
		FunctionCounter.builder(PREFIX + "liveness.probes", this.liveness, LivenessMonitor::probes)
			.description("Connections that were tried")
			.register(registry);
	}

	@Override
	void bind(MeterRegistry registry, FailoverNamespace namespace) {
		for (DetectorState state : DetectorState.values()) {
			if (state != DetectorState.NORMAL) {
				gauge(registry, namespace, "detector.services", "Services that the detector does not find normal",
						(it) -> this.detector.count(it, state), "state", state.toString());
			}
		}
		liveness(registry, namespace, "answers", LivenessStatus::answers);
		liveness(registry, namespace, "refused", LivenessStatus::refused);
		liveness(registry, namespace, "silent", LivenessStatus::silent);
		liveness(registry, namespace, "excluded", (status) -> status.excluded().size());
		age(registry, namespace, "drill.age", "Time since a drill has last succeeded", this::secondsSinceDrill);
	}

	private double secondsSinceDrill(FailoverNamespace namespace) {
		Instant at = this.drills.lastSuccess(namespace);
		return (at != null) ? Duration.between(at, Instant.now()).toMillis() / 1000.0 : Double.NaN;
	}

	private static void liveness(MeterRegistry registry, FailoverNamespace namespace, String result,
			ToDoubleFunction<LivenessStatus> value) {
		gauge(registry, namespace, "liveness.instances", "Instances of served backups",
				(it) -> it.view().answers().keys().stream().mapToDouble((key) -> {
					LivenessStatus status = it.reports().liveness(key);
					return (status != null) ? value.applyAsDouble(status) : 0;
				}).sum(), "result", result);
	}

}
