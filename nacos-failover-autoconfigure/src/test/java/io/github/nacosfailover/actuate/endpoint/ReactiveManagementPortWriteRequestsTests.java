package io.github.nacosfailover.actuate.endpoint;

import java.util.List;

import org.springframework.boot.WebApplicationType;

/**
 * Writes with Spring WebFlux to a port of their own, without a base path.
 */
class ReactiveManagementPortWriteRequestsTests extends WriteRequestsTestBase {

	@Override
	WebApplicationType stack() {
		return WebApplicationType.REACTIVE;
	}

	@Override
	Class<?> application() {
		return ReactiveWriteRequestsTests.Application.class;
	}

	@Override
	List<String> ownPaths() {
		return List.of("/tools/actuator/nacosfailover");
	}

	@Override
	String basePath() {
		return "";
	}

	@Override
	String[] properties() {
		return new String[] { "management.server.port=0", "management.endpoints.web.base-path=/" };
	}

}
