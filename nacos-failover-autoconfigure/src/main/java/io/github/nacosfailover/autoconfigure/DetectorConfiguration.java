package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.NacosFailoverDetector;
import io.github.nacosfailover.detector.DrillHealth;
import io.github.nacosfailover.detector.Drills;
import io.github.nacosfailover.detector.FailoverDetector;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.liveness.LivenessMonitor;
import io.github.nacosfailover.probe.ProbeBudget;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * What failover finds out by itself: which served instances are alive, and which live
 * ones the server has lost.
 */
@Configuration(proxyBeanMethods = false)
class DetectorConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ProbeBudget nacosFailoverProbeBudget(NacosFailoverProperties properties) {
		return new ProbeBudget(properties.getLiveness().getMaxRate());
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	LivenessMonitor nacosFailoverLivenessMonitor(FailoverEngine engine, NacosFailoverProperties properties,
			ProbeBudget budget) {
		return new LivenessMonitor(engine, properties.getLiveness().toSettings(), budget);
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	Drills nacosFailoverDrills(FailoverEngine engine, LivenessMonitor liveness, ObjectProvider<DrillHealth> health) {
		return new Drills(engine, liveness::failures, () -> health.getIfAvailable(() -> DrillHealth.NONE).notUp());
	}

	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean(NacosFailoverDetector.class)
	FailoverDetector nacosFailoverDetector(FailoverEngine engine, NacosFailoverProperties properties,
			ProbeBudget budget, Drills drills, ApplicationEventPublisher publisher) {
		double maxShrink = properties.getSnapshot().toSettings().maxShrink();
		double minLive = properties.getGuard().settings(properties.getSnapshot().getSettle()).minLive();
		return new FailoverDetector(engine, properties.getDetector().toSettings(maxShrink, minLive), budget, drills,
				publisher::publishEvent);
	}

}
