package io.github.nacosfailover.actuate.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.github.nacosfailover.detector.Drills;
import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.detector.HoldOutcome;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverListener;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.engine.View;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.report.DetectorState;
import io.github.nacosfailover.report.LivenessStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * {@link MeterBinder} of the detector, of liveness and of drills.
 */
public final class DetectorMetrics implements MeterBinder, FailoverListener, AutoCloseable {

	private static final String PREFIX = "nacos.failover.";

	private static final String NAMESPACE = "namespace";

	private final FailoverEngine engine;

	private final FailoverDetector detector;

	private final LivenessMonitor liveness;

	private final Drills drills;

	private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the meters.
	 * @param engine the engine
	 * @param detector its detector
	 * @param liveness its liveness
	 * @param drills its drills
	 */
	public DetectorMetrics(FailoverEngine engine, FailoverDetector detector, LivenessMonitor liveness, Drills drills) {
		this.engine = engine;
		this.detector = detector;
		this.liveness = liveness;
		this.drills = drills;
		engine.addListener(this);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.registries.add(registry);
		for (HoldOutcome outcome : HoldOutcome.values()) {
			FunctionCounter.builder(PREFIX + "detector.holds", this.detector, (it) -> it.holds(outcome))
				.description("Holds that have ended")
				.tag("outcome", outcome.toString())
				.register(registry);
		}
		FunctionCounter.builder(PREFIX + "liveness.probes", this.liveness, LivenessMonitor::probes)
			.description("Connections that were tried")
			.register(registry);
		this.engine.namespaces().forEach((namespace) -> {
			this.known.add(namespace.name());
			bind(registry, namespace);
		});
	}

	@Override
	public void namespaceOpened(FailoverNamespace namespace) {
		if (this.known.add(namespace.name())) {
			this.registries.forEach((registry) -> bind(registry, namespace));
		}
	}

	private void bind(MeterRegistry registry, FailoverNamespace namespace) {
		for (DetectorState state : DetectorState.values()) {
			if (state != DetectorState.NORMAL) {
				gauge(registry, namespace, "detector.services", "Services that the detector does not find normal",
						"state", state.toString(), (it) -> this.detector.count(it, state));
			}
		}
		liveness(registry, namespace, "answers", LivenessStatus::answers);
		liveness(registry, namespace, "refused", LivenessStatus::refused);
		liveness(registry, namespace, "silent", LivenessStatus::silent);
		liveness(registry, namespace, "excluded", (status) -> status.excluded().size());
		Gauge.builder(PREFIX + "drill.age", namespace, this::secondsSinceDrill)
			.description("Time since a drill has last succeeded")
			.baseUnit("seconds")
			.tag(NAMESPACE, namespace.name())
			.strongReference(true)
			.register(registry);
	}

	private double secondsSinceDrill(FailoverNamespace namespace) {
		Instant at = namespace.faults().ask("gauge " + PREFIX + "drill.age", () -> this.drills.lastSuccess(namespace));
		return (at != null) ? Duration.between(at, Instant.now()).toMillis() / 1000.0 : Double.NaN;
	}

	private static void liveness(MeterRegistry registry, FailoverNamespace namespace, String result,
			ToDoubleFunction<LivenessStatus> value) {
		gauge(registry, namespace, "liveness.instances", "Instances of served backups", "result", result,
				(it) -> it.view().answers().keys().stream().mapToDouble((key) -> {
					LivenessStatus status = it.livenessStatus(key);
					return (status != null) ? value.applyAsDouble(status) : 0;
				}).sum());
	}

	private static void gauge(MeterRegistry registry, FailoverNamespace namespace, String name, String description,
			String tag, String tagValue, ToDoubleFunction<FailoverNamespace> value) {
		Gauge.builder(PREFIX + name, namespace, value)
			.description(description)
			.tag(NAMESPACE, namespace.name())
			.tag(tag, tagValue)
			.strongReference(true)
			.register(registry);
	}

	@Override
	public void viewChanged(FailoverNamespace namespace, View before, View after) {
		// Gauges look at it themselves.
	}

	@Override
	public void close() {
		this.engine.removeListener(this);
		this.registries.clear();
	}

}
