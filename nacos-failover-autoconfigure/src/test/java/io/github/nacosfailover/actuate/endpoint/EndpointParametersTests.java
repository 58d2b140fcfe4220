package io.github.nacosfailover.actuate.endpoint;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.endpoint.SecurityContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operations of an endpoint over HTTP and over JMX.
 */
class EndpointParametersTests {

	@ParameterizedTest
	@CsvSource({ "flip,service", "take,", "change," })
	void takeTheSameValues(String operation, String overHttpOnly) {
		boolean ofSwitch = operation.startsWith("flip");
		List<String> overJmx = names(ofSwitch ? NacosFailoverEndpoint.class : NacosFailoverSnapshotsEndpoint.class,
				operation);
		List<String> overHttp = names(
				ofSwitch ? NacosFailoverEndpointWebExtension.class : NacosFailoverSnapshotsEndpointWebExtension.class,
				operation);
		assertThat(overHttp).containsAll(overJmx)
			.filteredOn((name) -> !name.equals(overHttpOnly))
			.hasSameSizeAs(overJmx);
	}

	@Test
	void serviceTakesTheSameValuesBesideThoseOfOtherNames() {
		List<String> overHttp = names(NacosFailoverEndpointWebExtension.class, "write");
		assertThat(overHttp).containsAll(names(NacosFailoverEndpoint.class, "flipService"))
			.contains("name", "duration", "mode", "acknowledge");
	}

	private static List<String> names(Class<?> endpoint, String operation) {
		Method method = Arrays.stream(endpoint.getMethods())
			.filter((candidate) -> candidate.getName().equals(operation))
			.findFirst()
			.orElseThrow();
		return Arrays.stream(method.getParameters())
			.filter((parameter) -> parameter.getType() != SecurityContext.class)
			.map(Parameter::getName)
			.toList();
	}

}
