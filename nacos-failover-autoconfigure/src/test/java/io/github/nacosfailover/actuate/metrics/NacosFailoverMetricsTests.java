package io.github.nacosfailover.actuate.metrics;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.ProcessStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link NacosFailoverMetrics}.
 */
class NacosFailoverMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@TempDir
	Path home;

	@Test
	void servicesInUseWithoutABackupAreMissing() throws Exception {
		FailoverFiles files = new FailoverFiles(this.home.resolve("failover")).service("payments", "10.0.0.9:80");
		try (FailoverEngine engine = new FailoverEngine(ProcessStores.onDisk(), Map::of);
				NacosFailoverMetrics metrics = new NacosFailoverMetrics(engine, 0)) {
			metrics.bindTo(this.registry);
			FailoverNamespace namespace = Objects
				.requireNonNull(engine.namespace("public", files.directory(), Map.of()));
			namespace.known("DEFAULT_GROUP", "payments");
			namespace.usage("DEFAULT_GROUP", "made-up");
			assertThat(missing()).isZero();
			namespace.known("DEFAULT_GROUP", "orders");
			assertThat(missing()).isEqualTo(1);
			files.service("orders");
			await().until(() -> namespace.view().backups().size() == 2);
			assertThat(missing()).isEqualTo(1);
			files.service("orders", "10.0.0.1:80");
			await().until(() -> missing() == 0);
		}
	}

	private double missing() {
		return this.registry.get("nacos.failover.services.missing").tag("namespace", "public").gauge().value();
	}

}
