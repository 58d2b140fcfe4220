package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.engine.FailoverNamespace;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyFailureAnalyzer;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.store.FleetState;
import io.github.nacosfailover.store.document.Documents;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.testsupport.InMemoryDocuments;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * What {@code nacos.failover.store} makes of what the application has.
 */
class SharedStoreConfigurationTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NacosFailoverAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare
		.withConfiguration(AutoConfigurations.of(RedisAutoConfiguration.class, DataSourceAutoConfiguration.class));

	@Test
	void nothingIsSharedUnlessTheStoreIs() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(DocumentsFactory.class));
	}

	@Test
	void redisIsThatOfTheApplicationAndNeedNotBeThere() {
		this.runner
			.withPropertyValues("nacos.failover.store=redis", "spring.data.redis.host=127.0.0.1",
					"spring.data.redis.port=1", "nacos.failover.redis.key-prefix=shop")
			.run((context) -> assertThat(location(context)).isEqualTo("redis://127.0.0.1:1/0, keys shop:{public}:*"));
	}

	@Test
	void databaseIsThatOfTheApplication() {
		this.runner
			.withPropertyValues("nacos.failover.store=jdbc", "spring.datasource.url=jdbc:h2:mem:application;USER=sa")
			.run((context) -> assertThat(location(context)).isEqualTo("jdbc:h2:mem:application"));
	}

	@Test
	void ofSeveralDataSourcesTheNamedOneIsUsed() {
		ApplicationContextRunner two = this.bare.withPropertyValues("nacos.failover.store=jdbc")
			.withBean("first", DataSource.class, () -> dataSource("first"))
			.withBean("second", DataSource.class, () -> dataSource("second"));
		two.withPropertyValues("nacos.failover.jdbc.data-source=second")
			.run((context) -> assertThat(location(context)).isEqualTo("jdbc:h2:mem:second"));
		two.run((context) -> assertThat(analysis(context).getAction()).contains("nacos.failover.jdbc.data-source")
			.contains("first, second"));
		two.withPropertyValues("nacos.failover.jdbc.data-source=third")
			.run((context) -> assertThat(analysis(context).getDescription()).contains("nacos.failover.jdbc.data-source")
				.contains("'third'"));
	}

	@Test
	void storeBacksOffWhenUserProvidedDocumentsArePresent() {
		DocumentsFactory own = mock(DocumentsFactory.class);
		this.bare.withPropertyValues("nacos.failover.store=redis")
			.withBean("own", DocumentsFactory.class, () -> own)
			.run((context) -> assertThat(context.getBean(DocumentsFactory.class)).isSameAs(own));
	}

	@Test
	void customStoreIsThatOfTheBean(@TempDir Path directory) {
		ApplicationContextRunner custom = this.runner.withPropertyValues("nacos.failover.store=custom");
		custom.withBean("own", DocumentsFactory.class, InMemoryDocuments::new).run((context) -> {
			assertThat(context).hasSingleBean(DocumentsFactory.class);
			FailoverNamespace namespace = open(context, directory);
			assertThat(namespace.store().name()).isEqualTo("custom");
			assertThat(namespace.store().location()).isEqualTo(new InMemoryDocuments().open("public").location());
		});
		custom.run((context) -> assertThat(analysis(context).getDescription()).contains("nacos.failover.store")
			.contains("DocumentsFactory"));
	}

	@Test
	void instancesOfOneHostAndProcessIdAreTold(@TempDir Path directory) {
		InMemoryDocuments documents = new InMemoryDocuments();
		ApplicationContextRunner custom = this.runner
			.withPropertyValues("nacos.failover.store=custom", "spring.application.name=shop",
					"nacos.failover.custom.poll-interval=100ms")
			.withBean("own", DocumentsFactory.class, () -> documents);
		custom.run((one) -> custom.run((other) -> {
			List.of(one, other).forEach((context) -> open(context, directory));
			FailoverStore store = open(one, directory).store();
			await().untilAsserted(() -> assertThat(store.fleet()).isEqualTo(new FleetState(2, 2, List.of())));
			try (Documents reports = documents.open("public")) {
				assertThat(reports.reports().keySet())
					.allMatch((instance) -> instance.matches("shop@[^@]+:\\d+-[0-9a-f]{6}"));
			}
		}));
	}

	private static FailoverNamespace open(AssertableApplicationContext context, Path directory) {
		return Objects.requireNonNull(context.getBean(FailoverEngine.class).namespace("public", directory, Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "redis,org.springframework.data.redis,spring-boot-starter-data-redis",
			"jdbc,org.springframework.jdbc,spring-boot-starter-jdbc" })
	void missingDependencyFailsTheStartAndIsNamed(String store, String missing, String dependency) {
		this.bare.withPropertyValues("nacos.failover.store=" + store)
			.withClassLoader(new FilteredClassLoader(missing))
			.run((context) -> {
				assertThat(analysis(context).getDescription()).contains("nacos.failover.store").contains("class path");
				assertThat(analysis(context).getAction()).contains(dependency);
			});
	}

	@ParameterizedTest
	@CsvSource({ "redis,RedisConnectionFactory", "jdbc,DataSource" })
	void missingBeanFailsTheStartAndIsNamed(String store, String bean) {
		this.bare.withPropertyValues("nacos.failover.store=" + store)
			.run((context) -> assertThat(analysis(context).getDescription()).contains("no bean of type " + bean));
	}

	@ParameterizedTest
	@CsvSource({ "redis.key-prefix,a{b}", "redis.timeout,0s", "jdbc.table-prefix,a;b", "jdbc.timeout,-1s",
			"jdbc.poll-interval-while-listening,0s", "custom.poll-interval,0s" })
	void wrongPropertyFailsTheStartAndNamesPropertyAndValue(String property, String value) {
		String store = property.substring(0, property.indexOf('.'));
		this.runner.withPropertyValues("nacos.failover.store=" + store, "nacos.failover." + property + "=" + value)
			.run((context) -> assertThat(analysis(context).getDescription()).contains("nacos.failover." + property));
	}

	private static String location(AssertableApplicationContext context) throws IOException {
		try (Documents documents = context.getBean(DocumentsFactory.class).open("public")) {
			if (!documents.location().startsWith("redis:")) {
				// Only the database itself can tell.
				documents.changesSince(null);
			}
			return documents.location();
		}
	}

	private static FailureAnalysis analysis(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new InvalidFailoverPropertyFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		return analysis;
	}

	private static DataSource dataSource(String name) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
		return dataSource;
	}

}
