package io.github.nacosfailover.samples.dubbo;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.report.ServiceComparison;
import io.github.nacosfailover.request.SwitchRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.TestSocketUtils;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Calls go on, and new consumers find the provider, while Nacos is dead.
 */
class OutageTests {

	private static final Path CACHE = Path.of(System.getProperty("user.home"), "nacos/naming/public");

	private static final String INTERFACE = "DEFAULT_GROUP%40%40providers%3A"
			+ "io.github.nacosfailover.samples.dubbo.Greetings%3A%3A";

	private static final String APPLICATION = "DEFAULT_GROUP%40%40greetings-provider";

	private final int port = TestSocketUtils.findAvailableTcpPort();

	@TempDir
	Path failoverDirectory;

	@BeforeEach
	void forgetOtherTests() throws Exception {
		FileSystemUtils.deleteRecursively(CACHE);
	}

	@ParameterizedTest
	@CsvSource({ "interface, FORCE_INTERFACE, " + INTERFACE, "instance, FORCE_APPLICATION, " + APPLICATION,
			"all, APPLICATION_FIRST, " + APPLICATION })
	void callsGoOnAndANewConsumerStartsWithoutAServer(String registerMode, String migration, String backup)
			throws Exception {
		List<String> properties = List.of("sample.register-mode=" + registerMode, "sample.migration=" + migration);
		try (NacosServer server = NacosServer.start();
				ConfigurableApplicationContext provider = run(ProviderApplication.class, server.serverAddr(),
						properties)) {
			try (ConfigurableApplicationContext consumer = run(ConsumerApplication.class, server.serverAddr(),
					properties)) {
				Greetings greetings = consumer.getBean(Greetings.class);
				awaitAnswer(greetings);
				backUp(backup);
				NacosFailover failover = consumer.getBean(NacosFailover.class);
				String service = URLDecoder.decode(backup, StandardCharsets.UTF_8);
				await().until(() -> instances(failover.compare(service, null)) == 1);
				failover.switchFailover(SwitchRequest.on("test"));
				server.kill();
				for (int i = 0; i < 20; i++) {
					assertThat(greetings.greet("outage")).isEqualTo("Hello outage");
				}
			}
			try (ConfigurableApplicationContext consumer = run(ConsumerApplication.class, server.serverAddr(),
					properties)) {
				awaitAnswer(consumer.getBean(Greetings.class));
			}
		}
	}

	@Test
	void withFailoverOffANewConsumerDoesNotStart() {
		String nobody = "127.0.0.1:" + TestSocketUtils.findAvailableTcpPort();
		assertThatExceptionOfType(BeanCreationException.class)
			.isThrownBy(() -> run(ConsumerApplication.class, nobody, List.of()))
			.withStackTraceContaining("Client not connected");
	}

	private static void awaitAnswer(Greetings greetings) {
		await().ignoreExceptions().until(() -> greetings.greet("x").equals("Hello x"));
	}

	private static int instances(ServiceComparison comparison) {
		return (comparison != null && comparison.backup() != null) ? comparison.backup().size() : 0;
	}

	/**
	 * Copies the client's own cache of what it has subscribed to, as an operator would.
	 */
	private void backUp(String backup) throws Exception {
		assertThat(CACHE.resolve(backup)).isRegularFile();
		try (Stream<Path> files = Files.list(CACHE)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Files.copy(file, this.failoverDirectory.resolve(file.getFileName()));
			}
		}
		assertThat(this.failoverDirectory.resolve(backup)).content().contains("\"port\":" + this.port);
	}

	private ConfigurableApplicationContext run(Class<?> application, String server, List<String> properties) {
		List<String> arguments = new ArrayList<>(List.of("--sample.nacos=" + server, "--sample.port=" + this.port,
				"--nacos.failover.disk.path=" + this.failoverDirectory, "--spring.main.banner-mode=off"));
		properties.forEach((property) -> arguments.add("--" + property));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.run(arguments.toArray(String[]::new));
	}

}
