package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.actuate.metrics.NacosFailoverMetrics;
import io.github.nacosfailover.actuate.metrics.SnapshotMetricsListener;
import io.github.nacosfailover.actuate.metrics.DetectorMetrics;
import io.github.nacosfailover.detector.Drills;
import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters of failover.
 */
@AutoConfiguration(after = NacosFailoverAutoConfiguration.class, afterName = {
		"org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		"org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ FailoverEngine.class, MeterRegistry.class })
@ConditionalOnProperty(name = "nacos.failover.metrics.enabled", matchIfMissing = true)
public final class NacosFailoverMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NacosFailoverMetrics nacosFailoverMetrics(FailoverEngine engine, NacosFailoverProperties properties) {
		return new NacosFailoverMetrics(engine, properties.getMetrics().services());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(FailoverDetector.class)
	DetectorMetrics nacosFailoverDetectorMetrics(FailoverEngine engine, FailoverDetector detector,
			LivenessMonitor liveness, Drills drills) {
		return new DetectorMetrics(engine, detector, liveness, drills);
	}

	@Bean
	SnapshotMetricsListener nacosFailoverSnapshotMetrics(NacosFailoverMetrics metrics) {
		return new SnapshotMetricsListener(metrics);
	}

}
