package io.github.nacosfailover.actuate.endpoint;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Writes with Spring WebFlux.
 */
class ReactiveWriteRequestsTests extends WriteRequestsTestBase {

	@Override
	String basePath() {
		return "/actuator";
	}

	@Override
	WebApplicationType stack() {
		return WebApplicationType.REACTIVE;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	@Override
	List<String> ownPaths() {
		return List.of("/tools/actuator/nacosfailover", "/tools/actuator/nacosfailover/orders");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Own.class)
	static class Application {

	}

	@RestController
	static class Own {

		@PostMapping({ "/tools/actuator/nacosfailover", "/tools/actuator/nacosfailover/orders" })
		Mono<String> own(@RequestHeader("Content-Type") String type, @RequestBody(required = false) Mono<String> body) {
			return body.defaultIfEmpty("").map((it) -> "own:" + type + ":" + it.length());
		}

	}

}
