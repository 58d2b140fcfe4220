package io.github.nacosfailover.compatibility;

import com.alibaba.nacos.common.utils.VersionUtils;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootVersion;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The other tests run on the line that this module is for.
 */
class PlatformTests {

	@Test
	void runsOnTheVersionsOfTheLine() {
		assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("compatibility.spring-boot"));
		assertThat(VersionUtils.getFullClientVersion())
			.endsWith(":v" + System.getProperty("compatibility.nacos-client"));
	}

	@Test
	void hasNothingOfTheOtherWebStack() {
		boolean servlet = "servlet".equals(System.getProperty("compatibility.stack"));
		assertThat(isPresent("jakarta.servlet.Filter")).isEqualTo(servlet);
		assertThat(isPresent("org.springframework.web.servlet.DispatcherServlet")).isEqualTo(servlet);
		assertThat(isPresent("org.springframework.web.reactive.DispatcherHandler")).isEqualTo(!servlet);
		assertThat(isPresent("reactor.core.publisher.Mono")).isEqualTo(!servlet);
	}

	@Test
	void servesTheEndpointWhereTheLineHasIt() {
		try (App app = App.start(App.EXPOSED)) {
			String port = app.context().getEnvironment().getProperty("local.server.port");
			String managementPort = app.context().getEnvironment().getProperty("local.management.port");
			assertThat(managementPort.equals(port)).isEqualTo(!Boolean.getBoolean("compatibility.own-management-port"));
			assertThat(app.status().path("namespaces").isObject()).isTrue();
		}
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, null);
	}

}
