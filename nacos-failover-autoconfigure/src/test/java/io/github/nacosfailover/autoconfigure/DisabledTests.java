package io.github.nacosfailover.autoconfigure;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.nacosfailover.testsupport.Contexts;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A starter that is switched off has no opinion on anything.
 */
@ExtendWith(OutputCaptureExtension.class)
class DisabledTests {

	private static final String[] NONSENSE = { "nacos.failover.store=nonsense", "nacos.failover.disk.path=relative",
			"nacos.failover.disk.max-file-size=-1", "nacos.failover.client.server-addr= ",
			"nacos.failover.snapshot.interval=sometimes", "nacos.failover.guard.min-live=7",
			"nacos.failover.guard.on-expiry=${no.such.property}", "nacos.failover.metrics.max-services=-1",
			"nacos.failover.redis.poll-interval=x", "nacos.failover.jdbc.table=; drop",
			"nacos.failover.services.include=[", "nacos.failover.no.such.property=1" };

	@ParameterizedTest
	@ValueSource(strings = { "false", "FALSE", "off", "no", "0" })
	void badValuesOfOtherPropertiesDoNotEndTheStartAndThereIsNoBeanAndNoWord(String value, CapturedOutput output) {
		String[] properties = Arrays.copyOf(NONSENSE, NONSENSE.length + 1);
		properties[NONSENSE.length] = "nacos.failover.enabled=" + value;
		try (ConfigurableApplicationContext context = Contexts.run(properties)) {
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.contains("nacosFailover"))
				.noneMatch((name) -> name.startsWith("io.github.nacosfailover.autoconfigure.NacosFailoverA"));
			assertThat(context.getEnvironment().containsProperty("management.endpoint.health.status.order")).isFalse();
		}
		assertThat(output).doesNotContain("Failover", "nacosfailover.autoconfigure");
	}

	@Test
	void valueThatIsNeitherIsAnErrorOfTheConfigurationAndNotOfAListener() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> Contexts.run("nacos.failover.enabled=maybe"))
			.satisfies((ex) -> assertThat(ex).hasStackTraceContaining("nacos.failover.enabled"))
			.satisfies((ex) -> assertThat(ex.getStackTrace())
				.noneMatch((frame) -> frame.getClassName().endsWith("Listener")));
	}

}
