package io.github.nacosfailover.actuate.endpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.EndpointClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What the properties of access allow over HTTP.
 */
class EndpointAccessTests {

	private static final String SWITCH = "management.endpoint.nacosfailover.";

	private static final String SNAPSHOTS = "management.endpoint.nacosfailoversnapshots.";

	private static final int ALLOWED = 409;

	@TempDir
	Path home;

	@ParameterizedTest
	@CsvSource({ SWITCH + "access=read-only, 405, 405",
			SWITCH + "access=read-only " + SNAPSHOTS + "access=unrestricted, 405, 409",
			"management.endpoints.access.default=none " + SWITCH + "access=unrestricted "
					+ "management.endpoints.access.max-permitted=read-only, 405, 405",
			SWITCH + "enabled=false, 404, 404" })
	void theAccessOfTheSwitchGovernsSnapshotsToo(String properties, int switchStatus, int snapshotsStatus) {
		try (ConfigurableApplicationContext context = run(properties.split(" "))) {
			EndpointClient endpoint = new EndpointClient(context);
			// Where it is allowed there is nothing to switch yet, and no server.
			endpoint.post("/nacosfailover", "{\"enabled\": true}", switchStatus);
			endpoint.post("/nacosfailoversnapshots", "{}", snapshotsStatus);
			if (snapshotsStatus != ALLOWED) {
				// What is left at that path can only be read.
				endpoint.delete("/nacosfailoversnapshots/1", snapshotsStatus);
			}
		}
	}

	private ConfigurableApplicationContext run(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--management.endpoints.web.exposure.include=nacosfailover,nacosfailoversnapshots",
				"--nacos.failover.disk.path=" + this.home.resolve("failover")));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new SpringApplicationBuilder(Contexts.Application.class).web(WebApplicationType.SERVLET)
			.run(arguments.toArray(String[]::new));
	}

}
