package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.Documents.Document;
import io.github.nacosfailover.store.document.Documents.Version;
import io.github.nacosfailover.store.document.Documents.Write;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.testsupport.Certificate;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.RealSentinel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Redis as operators run it, connected to with Spring Boot's own properties and both of
 * its drivers.
 */
class RedisConnectionTests {

	/** The permissions in docs/shared-store.md. */
	private static final String PERMISSIONS = "~nacos-failover:* resetchannels &nacos-failover:* +@hash +@sortedset +@scripting "
			+ "+@connection +del +pexpire +pttl +time +publish +subscribe +unsubscribe";

	private static Certificate certificate;

	private static RealRedis secured;

	private static int tlsPort;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, RedisAutoConfiguration.class,
				NacosFailoverAutoConfiguration.class))
		// A slow machine is to be told from a wrong password.
		.withPropertyValues("nacos.failover.store=redis", "nacos.failover.redis.timeout=1m");

	@BeforeAll
	static void startServer(@TempDir Path directory) {
		certificate = Certificate.create(directory);
		tlsPort = RealRedis.freePort();
		List<String> settings = new ArrayList<>(List.of("--tls-port", Integer.toString(tlsPort), "--tls-key-file",
				certificate.key().toString(), "--tls-cert-file", certificate.certificate().toString(),
				"--tls-ca-cert-file", certificate.certificate().toString(), "--requirepass", "default-secret", "--user",
				"nacos", "on", ">user-secret"));
		settings.addAll(List.of(PERMISSIONS.split(" ")));
		secured = RealRedis.startWith(settings.toArray(String[]::new));
	}

	@AfterAll
	static void stopServer() {
		secured.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void passwordOfTheDefaultUser(String driver) {
		run(driver, List.of("port=" + secured.port(), "password=default-secret"),
				(context) -> assertWorks(context, "redis://localhost:%d/0,".formatted(secured.port())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void userWithFewPermissionsOverMutualTls(String driver) {
		run(driver, tls("user-secret"),
				(context) -> assertWorks(context, "rediss://127.0.0.1:%d/0,".formatted(tlsPort)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void wrongPasswordIsAFailureThatDoesNotTellIt(String driver) {
		run(driver, tls("wrong-secret"),
				(context) -> assertThatExceptionOfType(IOException.class).isThrownBy(() -> look(context))
					.withMessageContaining("WRONGPASS")
					.withMessageNotContaining("wrong-secret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void serverWithAnUnknownCertificateIsAFailureThatSaysSo(String driver) {
		run(driver, List.of("host=127.0.0.1", "port=" + tlsPort, "ssl.enabled=true"),
				(context) -> assertThatExceptionOfType(IOException.class).isThrownBy(() -> look(context))
					.withMessageContaining("rediss://127.0.0.1:" + tlsPort)
					.withMessageContaining("certification path"));
	}

	@Test
	void sentinelsWithAPasswordOfTheirOwn(@TempDir Path directory) {
		try (RealSentinel sentinel = RealSentinel.start(directory)) {
			for (String driver : List.of("lettuce", "jedis")) {
				run(driver,
						List.of("sentinel.master=" + RealSentinel.MASTER, "sentinel.nodes=127.0.0.1:" + sentinel.port(),
								"sentinel.password=" + RealSentinel.SENTINEL_PASSWORD,
								"password=" + RealSentinel.PASSWORD),
						(context) -> assertWorks(context,
								"redis sentinels 127.0.0.1:%d of main,".formatted(sentinel.port())));
			}
		}
	}

	@Test
	void cluster() {
		List<String> settings = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-config-file",
				"nodes-%s.conf".formatted(UUID.randomUUID()), "--user", "nacos", "on", ">user-secret", "+cluster"));
		settings.addAll(List.of(PERMISSIONS.split(" ")));
		try (RealRedis node = RealRedis.startWith(settings.toArray(String[]::new))) {
			takeAllSlots(node);
			for (String driver : List.of("lettuce", "jedis")) {
				run(driver, List.of("cluster.nodes=127.0.0.1:" + node.port(), "username=nacos", "password=user-secret"),
						(context) -> assertWorks(context, "redis cluster 127.0.0.1:%d,".formatted(node.port())));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "lettuce", "jedis" })
	void connectionDetailsOfTheApplicationComeFirst(String driver) {
		this.runner.withBean(RedisConnectionDetails.class, Details::new)
			.withPropertyValues("spring.data.redis.client-type=" + driver, "spring.data.redis.port=1",
					"spring.data.redis.password=of-another")
			.run((context) -> assertWorks(context, "redis://localhost:%d/0,".formatted(secured.port())));
	}

	private void run(String driver, List<String> properties, ContextConsumer<AssertableApplicationContext> assertions) {
		this.runner.withPropertyValues("spring.data.redis.client-type=" + driver)
			.withPropertyValues(properties.stream()
				.map((property) -> property.startsWith("spring.") ? property : "spring.data.redis." + property)
				.toArray(String[]::new))
			.run(assertions);
	}

	private static List<String> tls(String password) {
		String bundle = "spring.ssl.bundle.pem.redis.";
		return List.of("host=127.0.0.1", "port=" + tlsPort, "username=nacos", "password=" + password,
				"ssl.bundle=redis", bundle + "truststore.certificate=" + certificate.certificate().toUri(),
				bundle + "keystore.certificate=" + certificate.certificate().toUri(),
				bundle + "keystore.private-key=" + certificate.key().toUri());
	}

	private static void look(AssertableApplicationContext context) throws IOException {
		try (Documents documents = context.getBean(DocumentsFactory.class).open("public")) {
			documents.changesSince(null);
		}
	}

	/**
	 * Two processes share what is there, and one is notified of what the other writes.
	 */
	private static void assertWorks(AssertableApplicationContext context, String location) throws IOException {
		DocumentsFactory factory = context.getBean(DocumentsFactory.class);
		String namespace = "ns-" + UUID.randomUUID();
		AtomicInteger told = new AtomicInteger();
		try (Documents writer = factory.open(namespace); Documents reader = factory.open(namespace)) {
			assertThat(writer.location()).startsWith(location);
			reader.onWrite((write) -> told.incrementAndGet());
			Awaitility.await().until(() -> told.get() > 0);
			int before = told.get();
			Document document = new Document("a", 1, "h", "text");
			Version version = new Version("epoch", 1);
			assertThat(
					writer.write(new Write(null, version, List.of(document), Map.of("h", new byte[] { 1 }), List.of())))
				.isTrue();
			Awaitility.await().until(() -> told.get() > before);
			assertThat(reader.changesSince(null).documents()).containsExactly(document);
			assertThat(reader.contents(List.of("h"))).containsKey("h");
			assertThat(reader.contentHashes()).containsExactly("h");
			writer.report("one", "text", Duration.ofMinutes(1));
			assertThat(reader.reports()).containsExactly(Map.entry("one", "text"));
			writer.withdraw("one");
			assertThat(reader.reports()).isEmpty();
		}
	}

	private static void takeAllSlots(RealRedis node) {
		// A line of a command must not be longer than 64 KiB.
		for (int first = 0; first < 16384; first += 4096) {
			assertThat(node.send("CLUSTER ADDSLOTS " + IntStream.range(first, first + 4096)
				.mapToObj(Integer::toString)
				.collect(Collectors.joining(" ")))).isEqualTo("+OK");
		}
		Awaitility.await().until(() -> node.send("GET any").equals("$-1"));
	}

	/** As Testcontainers or a platform brings it. */
	private static final class Details implements RedisConnectionDetails {

		@Override
		public String getPassword() {
			return "default-secret";
		}

		@Override
		public Standalone getStandalone() {
			return Standalone.of("localhost", secured.port());
		}

	}

}
