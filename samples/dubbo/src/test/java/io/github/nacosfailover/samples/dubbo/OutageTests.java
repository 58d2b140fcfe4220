package io.github.nacosfailover.samples.dubbo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.SwitchRequest;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.TestSocketUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Calls go on, and new consumers find the provider, while Nacos is dead.
 */
class OutageTests {

	private final int port = TestSocketUtils.findAvailableTcpPort();

	@TempDir
	Path home;

	@ParameterizedTest
	@CsvSource({ "interface, FORCE_INTERFACE", "instance, FORCE_APPLICATION", "all, APPLICATION_FIRST" })
	void callsGoOnAndANewConsumerStartsWithoutAServer(String registerMode, String migration) throws Exception {
		List<String> arguments = List.of("sample.register-mode=" + registerMode, "sample.migration=" + migration);
		try (NacosServer server = NacosServer.start();
				ConfigurableApplicationContext provider = run(ProviderApplication.class, server, arguments)) {
			try (ConfigurableApplicationContext consumer = run(ConsumerApplication.class, server, arguments)) {
				Greetings greetings = consumer.getBean(Greetings.class);
				await().atMost(Duration.ofSeconds(30))
					.ignoreExceptions()
					.until(() -> greetings.greet("Nacos").equals("Hello Nacos"));
				backUp();
				NacosFailover failover = consumer.getBean(NacosFailover.class);
				await().atMost(Duration.ofSeconds(10))
					.until(() -> failover.status()
						.namespaces()
						.get("public")
						.services()
						.values()
						.stream()
						.anyMatch((service) -> service.instances() == 1));
				failover.switchFailover(SwitchRequest.on("test"));
				server.kill();
				for (int i = 0; i < 20; i++) {
					assertThat(greetings.greet("outage")).isEqualTo("Hello outage");
				}
			}
			try (ConfigurableApplicationContext consumer = run(ConsumerApplication.class, server, arguments)) {
				Greetings greetings = consumer.getBean(Greetings.class);
				await().atMost(Duration.ofSeconds(30))
					.ignoreExceptions()
					.until(() -> greetings.greet("new").equals("Hello new"));
			}
		}
	}

	@Test
	void withFailoverOffANewConsumerFindsNoProvider() throws Exception {
		try (NacosServer server = NacosServer.start();
				ConfigurableApplicationContext provider = run(ProviderApplication.class, server, List.of())) {
			server.kill();
			try (ConfigurableApplicationContext consumer = run(ConsumerApplication.class, server, List.of())) {
				assertThatException().isThrownBy(() -> consumer.getBean(Greetings.class).greet("nobody"));
			}
		}
	}

	/**
	 * Copies the client's own cache of what it has subscribed to, as an operator would.
	 */
	private void backUp() throws Exception {
		Path cache = Path.of(System.getProperty("user.home"), "nacos/naming/public");
		try (Stream<Path> files = Files.list(cache)) {
			for (Path file : files.filter(Files::isRegularFile)
				.filter((file) -> file.getFileName().toString().contains("reetings"))
				.toList()) {
				Files.copy(file, directory().resolve(file.getFileName()));
			}
		}
		try (Stream<Path> files = Files.list(directory())) {
			assertThat(files).isNotEmpty();
		}
	}

	private Path directory() throws Exception {
		return Files.createDirectories(this.home.resolve("failover"));
	}

	private ConfigurableApplicationContext run(Class<?> application, NacosServer server, List<String> properties)
			throws Exception {
		List<String> arguments = new ArrayList<>(
				List.of("--sample.port=" + this.port, "--sample.nacos=" + server.serverAddr(),
						"--nacos.failover.disk.path=" + directory(), "--spring.main.banner-mode=off"));
		properties.forEach((property) -> arguments.add("--" + property));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

}
