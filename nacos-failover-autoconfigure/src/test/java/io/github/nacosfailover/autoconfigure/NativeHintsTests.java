package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverReactor;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;
import com.alibaba.nacos.client.naming.cache.ServiceInfoHolder;
import com.alibaba.nacos.common.logging.NacosLoggingAdapterBuilder;
import com.alibaba.nacos.plugin.auth.spi.client.AbstractClientAuthService;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.bridge.ClientBridge;
import io.github.nacosfailover.bridge.ClientStartHook;
import io.github.nacosfailover.bridge.EarlyPrimer;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.event.SwitchChangedEvent;
import io.github.nacosfailover.report.FailoverStatus;
import io.github.nacosfailover.request.SwitchRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.agent.RuntimeHintsAgent;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.ReflectionHintsPredicates;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the processing ahead of time keeps for a native image.
 */
class NativeHintsTests {

	private static final String SERVICES = "META-INF/services/";

	private static final ReflectionHintsPredicates REFLECTION = RuntimeHintsPredicates.reflection();

	private static RuntimeHints hints;

	@BeforeAll
	static void process() {
		hints = process(new Class<?>[] { RedisAutoConfiguration.class, DataSourceAutoConfiguration.class,
				NacosFailoverAutoConfiguration.class });
	}

	@ParameterizedTest
	@CsvSource({ "redis,lua", "jdbc,sql" })
	void scriptsOfTheStoreAreKept(String store, String extension) throws IOException {
		RuntimeHints ofStore = process(
				new Class<?>[] { RedisAutoConfiguration.class, DataSourceAutoConfiguration.class,
						NacosFailoverAutoConfiguration.class },
				"nacos.failover.store=" + store, "spring.datasource.url=jdbc:h2:mem:hints");
		String directory = "io/github/nacosfailover/store/%s/".formatted(store);
		List<String> scripts = Arrays
			.stream(new PathMatchingResourcePatternResolver()
				.getResources("classpath*:%s*.%s".formatted(directory, extension)))
			.map(Resource::getFilename)
			.toList();
		assertThat(scripts).isNotEmpty()
			.allMatch((script) -> RuntimeHintsPredicates.resource().forResource(directory + script).test(ofStore));
	}

	@Test
	void connectionsOfDatabasesCanBeLimited() {
		RuntimeHints jdbc = process(
				new Class<?>[] { DataSourceAutoConfiguration.class, NacosFailoverAutoConfiguration.class },
				"nacos.failover.store=jdbc", "spring.datasource.url=jdbc:h2:mem:hints");
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Connection.class)).accepts(jdbc);
		assertThat(REFLECTION.onType(Connection.class).withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
			.accepts(jdbc);
		assertThat(REFLECTION.onType(TypeReference.of("org.postgresql.PGConnection"))).accepts(jdbc);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Connection.class)).rejects(hints);
	}

	@Test
	void clientsCanBeDecorated() {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(NamingService.class, DecoratedNamingService.class))
			.accepts(hints);
		for (Class<?> type : List.of(NamingService.class, DecoratedNamingService.class)) {
			assertThat(REFLECTION.onType(type).withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)).accepts(hints);
		}
	}

	@Test
	void bridgeOfAClientIsFoundInItsFields() {
		assertThat(REFLECTION.onField(NacosNamingService.class, "serviceInfoHolder")).accepts(hints);
		assertThat(REFLECTION.onField(ServiceInfoHolder.class, "failoverReactor")).accepts(hints);
		assertThat(REFLECTION.onField(FailoverReactor.class, "failoverDataSource")).accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(
			classes = { ClientBridge.class, ClientStartHook.class, EarlyPrimer.class, DiskFailoverDataSource.class })
	void providersOfServicesCanBeCreated(Class<?> type) throws Exception {
		assertThat(REFLECTION.onConstructor(type.getConstructor()).invoke()).accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(
			classes = { FailoverDataSource.class, AbstractClientAuthService.class, NacosLoggingAdapterBuilder.class })
	void filesThatNameProvidersAreKept(Class<?> service) {
		assertThat(RuntimeHintsPredicates.resource().forResource(SERVICES + service.getName())).accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "index.html", "console.js", "console.css", "messages-en.json", "messages-zh.json" })
	void filesOfTheConsoleAreKept(String name) {
		assertThat(RuntimeHintsPredicates.resource().forResource("io/github/nacosfailover/actuate/console/" + name))
			.accepts(hints);
	}

	@Test
	void fileThatNamesTheBridgeAloneIsKept() {
		assertThat(RuntimeHintsPredicates.resource()
			.forResource("META-INF/nacos-failover/" + FailoverDataSource.class.getName())).accepts(hints);
	}

	@Test
	void typesOfTheApiThatAreWrittenAsJsonCanBeRead() {
		List<JavaClass> types = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackagesOf(FailoverStatus.class, SwitchRequest.class, SwitchChangedEvent.class)
			.stream()
			.filter((type) -> !type.getSimpleName().equals("package-info") && !type.isAnonymousClass())
			.toList();
		assertThat(types).hasSizeGreaterThan(10)
			.allMatch((type) -> REFLECTION.onType(TypeReference.of(type.getName()))
				.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)
				.test(hints));
	}

	@ParameterizedTest
	@ValueSource(strings = { "backup.ServiceDocument", "bridge.BridgedService" })
	void documentsThatAreNotOfTheApiCanBeBound(String name) {
		TypeReference type = TypeReference.of("io.github.nacosfailover." + name);
		assertThat(REFLECTION.onType(type)
			.withMemberCategories(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_DECLARED_METHODS))
			.accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { DiskStoreProperties.class, NamingClientProperties.class, SnapshotProperties.class,
			RedisStoreProperties.class, JdbcStoreProperties.class, GuardProperties.class, ServicesProperties.class,
			DetectorProperties.class, LivenessProperties.class, NacosFailoverProperties.Custom.class,
			NacosFailoverProperties.Health.class, NacosFailoverProperties.Metrics.class,
			NacosFailoverProperties.Observations.class })
	void nestedPropertiesCanBeBound(Class<?> type) {
		assertThat(Arrays.stream(type.getMethods()).filter((method) -> method.getName().startsWith("set"))).isNotEmpty()
			.allMatch((setter) -> REFLECTION.onMethod(setter).invoke().test(hints));
	}

	@Test
	void allNestedPropertiesAreTested() throws Exception {
		ValueSource tested = NativeHintsTests.class.getDeclaredMethod("nestedPropertiesCanBeBound", Class.class)
			.getAnnotation(ValueSource.class);
		assertThat(Stream.of(NacosFailoverProperties.class.getMethods())
			.<Class<?>>map((method) -> method.getReturnType())
			.filter((type) -> type.getName().startsWith(NacosFailover.class.getPackageName()) && !type.isEnum()))
			.containsExactlyInAnyOrder(tested.classes());
	}

	/** Real work in a JVM whose calls of reflection are recorded. */
	@Test
	void nothingIsReachedThatHasNoHint(@TempDir Path temp) throws Exception {
		Path agent = Path.of(RuntimeHintsAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path output = temp.resolve("out.txt");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:TieredStopAtLevel=1",
				"-javaagent:%s=+io.github.nacosfailover,+com.fasterxml.jackson.databind".formatted(agent), "-cp",
				System.getProperty("java.class.path"), RecordedApplication.class.getName(), temp.toString())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(process.exitValue()).as(Files.readString(output)).isZero();
		assertThat(Files.readAllLines(output)).contains("served 10.9.9.9", "live none")
			.anyMatch((line) -> line.matches("recorded [1-9][0-9]+"))
			.noneMatch((line) -> line.startsWith("missing "));
	}

	static RuntimeHints process(Class<?>[] configurations, String... properties) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(properties).applyTo(context);
			context.register(configurations);
			DefaultGenerationContext generated = new DefaultGenerationContext(
					new ClassNameGenerator(ClassName.get("test", "Test")), new InMemoryGeneratedFiles());
			new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
			return generated.getRuntimeHints();
		}
	}

}
