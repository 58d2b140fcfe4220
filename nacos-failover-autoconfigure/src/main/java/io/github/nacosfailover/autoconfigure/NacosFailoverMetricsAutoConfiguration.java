package io.github.nacosfailover.autoconfigure;

import io.github.nacosfailover.actuate.metrics.NacosFailoverMetrics;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.event.BackupHeldEvent;
import io.github.nacosfailover.event.SnapshotRestoredEvent;
import io.github.nacosfailover.event.SnapshotTakenEvent;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
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
	ApplicationListener<PayloadApplicationEvent<?>> nacosFailoverSnapshotMetrics(NacosFailoverMetrics metrics) {
		return (event) -> {
			Object payload = event.getPayload();
			if (payload instanceof SnapshotTakenEvent taken) {
				metrics.snapshotTaken(taken);
			}
			else if (payload instanceof SnapshotRestoredEvent restored) {
				metrics.snapshotRestored(restored);
			}
			else if (payload instanceof BackupHeldEvent held) {
				metrics.backupHeld(held);
			}
		};
	}

}
