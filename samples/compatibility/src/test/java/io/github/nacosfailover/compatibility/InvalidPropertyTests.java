package io.github.nacosfailover.compatibility;

import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A wrong property fails the start and says what to do.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidPropertyTests {

	static Stream<Arguments> wrong() {
		return Stream.of(Arguments.of("nacos.failover.disk.path", "backups/nacos", "absolute directory"),
				Arguments.of("nacos.failover.disk.path", " ", "absolute directory"),
				Arguments.of("nacos.failover.disk.max-file-size", "0B", "16MB"),
				Arguments.of("nacos.failover.disk.max-file-size", "much", "configuration"),
				Arguments.of("nacos.failover.client.server-addr", " ", "host:port"),
				Arguments.of("nacos.failover.client.namespace", "../up", "id of the namespace"),
				Arguments.of("nacos.failover.store", "nonsense", "DISK"),
				Arguments.of("nacos.failover.enabled", "perhaps", "configuration"));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void failsTheStartAndNamesPropertyValueAndCure(String property, String value, String cure, CapturedOutput output) {
		assertThatException().isThrownBy(() -> App.start("--" + property + "=" + value).close());
		assertThat(output).contains("APPLICATION FAILED TO START");
		String analysis = output.toString().substring(output.toString().indexOf("APPLICATION FAILED TO START"));
		int action = analysis.indexOf("Action:");
		assertThat(analysis.substring(0, action)).contains(property).containsPattern("['\"]?" + value);
		assertThat(analysis.substring(action)).contains(cure);
	}

}
