package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.backups.FailoverData;
import com.alibaba.nacos.client.naming.backups.FailoverDataSource;
import com.alibaba.nacos.client.naming.backups.FailoverSwitch;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.actuate.endpoint.NacosFailoverEndpoint;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.exception.FailoverRefusedException;
import io.github.nacosfailover.report.FailoverStatus.SourceStatus;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.spring.property.InvalidFailoverPropertyFailureAnalyzer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Clients here have no server: none is needed to be configured.
 */
@ExtendWith(OutputCaptureExtension.class)
class NacosFailoverAutoConfigurationTests {

	private static final String NO_SERVER = "nacos.failover.client.server-addr=127.0.0.1:1";

	@TempDir
	Path home;

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(NacosFailoverAutoConfiguration.class, NacosFailoverEndpointAutoConfiguration.class));

	@Test
	void namingServiceIsMadeFromPropertiesAndDecorated() {
		this.runner.withPropertyValues(NO_SERVER, path(), "nacos.failover.client.namespace=dev").run((context) -> {
			assertThat(context.getBean(NamingService.class)).isInstanceOf(DecoratedNamingService.class);
			assertThat(context.getBean(NacosFailover.class).status().namespaces()).containsOnlyKeys("dev");
		});
	}

	@Test
	void namingServiceBacksOffWithoutServerAddress() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(NamingService.class)
			.hasSingleBean(NacosFailover.class));
	}

	@Test
	void namingServiceBacksOffWhenUserProvidedNamingServiceIsPresent() {
		this.runner.withPropertyValues(NO_SERVER)
			.withUserConfiguration(OwnNamingServiceConfiguration.class)
			.run((context) -> assertThat(context).getBeanNames(NamingService.class)
				.containsExactly("ownNamingService"));
	}

	@Test
	void nothingIsConfiguredWhenDisabled() {
		this.runner.withPropertyValues(NO_SERVER, "nacos.failover.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(FailoverEngine.class)
				.doesNotHaveBean(NamingService.class)
				.doesNotHaveBean(NacosFailoverEndpoint.class));
	}

	@Test
	void nothingIsConfiguredWithoutTheNacosClient() {
		this.runner.withClassLoader(new FilteredClassLoader("com.alibaba.nacos"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("nacosFailoverEngine"));
	}

	@Test
	void endpointIsNotAvailableUnlessExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(NacosFailoverEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=nacosfailover")
			.run((context) -> assertThat(context).hasSingleBean(NacosFailoverEndpoint.class));
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=nacosfailover",
					"management.endpoint.nacosfailover.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(NacosFailoverEndpoint.class));
	}

	@Test
	void endpointBacksOffWhenUserProvidedEndpointIsPresent() {
		NacosFailoverEndpoint own = new NacosFailoverEndpoint(mock(NacosFailover.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=nacosfailover")
			.withBean("own", NacosFailoverEndpoint.class, () -> own)
			.run((context) -> assertThat(context.getBean(NacosFailoverEndpoint.class)).isSameAs(own));
	}

	@Test
	void sourcesAreOrderedBeansThenStore() {
		this.runner.withPropertyValues(NO_SERVER, path())
			.withUserConfiguration(DataSourcesConfiguration.class)
			.run((context) -> assertThat(
					context.getBean(NacosFailover.class).status().namespaces().get("public").sources())
				.extracting(SourceStatus::name)
				.containsExactly("first", "second", "disk"));
	}

	@Test
	void switchingIsRefusedWhenAReadOnlySourceGoverns() {
		this.runner.withPropertyValues(NO_SERVER, path())
			.withUserConfiguration(DataSourcesConfiguration.class)
			.run((context) -> assertThatExceptionOfType(FailoverRefusedException.class)
				.isThrownBy(() -> context.getBean(NacosFailover.class).switchFailover(SwitchRequest.on("test")))
				.withMessageContaining("second")
				.withMessageContaining("read-only"));
	}

	@Test
	void oneLineSaysWhatIsWired(CapturedOutput output) {
		this.runner.withPropertyValues(NO_SERVER, path())
			.run((context) -> assertThat(output)
				.contains("Failover of namespace 'public': off, sources [disk], directory "
						+ this.home.resolve("public") + ", 0 backups"));
	}

	@Test
	void secondNamespaceInADirectoryOfOneIsAProblemAndIsNotServed() {
		this.runner.withPropertyValues(NO_SERVER, "nacos.failover.disk.path=" + this.home)
			.withUserConfiguration(SecondNamespaceConfiguration.class)
			.run((context) -> {
				NacosFailover failover = context.getBean(NacosFailover.class);
				assertThat(failover.status().namespaces().get("second").problems()).singleElement()
					.satisfies((problem) -> assertThat(problem.message()).contains("{namespace}"));
			});
	}

	@ParameterizedTest
	@CsvSource({ "nacos.failover.disk.path,backups,relative", "nacos.failover.disk.path,' ',blank",
			"nacos.failover.guard.min-live,120%,share", "nacos.failover.guard.min-coverage,most,share",
			"nacos.failover.guard.remind-after,PT-1H,negative", "nacos.failover.services.exclude[0],' ',blank",
			"nacos.failover.metrics.max-services,0,less than 1", "nacos.failover.disk.max-file-size,0B,positive",
			"nacos.failover.client.server-addr,' ',blank", "nacos.failover.client.namespace,a/b,letters" })
	void wrongPropertyFailsTheStartAndNamesPropertyValueAndCure(String property, String value, String reason) {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new org.springframework.core.env.MapPropertySource("test", Map.of(property, value))))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = new InvalidFailoverPropertyFailureAnalyzer()
					.analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains(property).contains("'" + value + "'").contains(reason);
				assertThat(analysis.getAction()).isNotBlank();
			});
	}

	private String path() {
		return "nacos.failover.disk.path=" + this.home + "/{namespace}";
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnNamingServiceConfiguration {

		@Bean
		NamingService ownNamingService() {
			return mock(NamingService.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondNamespaceConfiguration {

		@Bean(destroyMethod = "shutDown")
		NamingService firstNamingService() throws Exception {
			return create("first");
		}

		@Bean(destroyMethod = "shutDown")
		NamingService secondNamingService() throws Exception {
			return create("second");
		}

		private static NamingService create(String namespace) throws Exception {
			java.util.Properties properties = new java.util.Properties();
			properties.setProperty("serverAddr", "127.0.0.1:1");
			properties.setProperty("namespace", namespace);
			return com.alibaba.nacos.api.NacosFactory.createNamingService(properties);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DataSourcesConfiguration {

		@Bean
		@Order(2)
		FailoverDataSource second() {
			return new FixedDataSource(new FailoverSwitch(false));
		}

		@Bean
		@Order(1)
		FailoverDataSource first() {
			return new FixedDataSource(null);
		}

	}

	private record FixedDataSource(FailoverSwitch failoverSwitch) implements FailoverDataSource {

		@Override
		public FailoverSwitch getSwitch() {
			return this.failoverSwitch;
		}

		@Override
		public Map<String, FailoverData> getFailoverData() {
			return Map.of();
		}

	}

}
