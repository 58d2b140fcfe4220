package io.github.nacosfailover.bridge;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.client.NamingServiceDecorator;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.request.SwitchRequest;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.FailoverFiles;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;

import static io.github.nacosfailover.testsupport.Contexts.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Several application contexts in one JVM, none of which has a server.
 */
class SeveralContextsTests {

	private static final String SERVICE = "orders";

	@TempDir
	Path home;

	private FailoverFiles one;

	private FailoverFiles other;

	@BeforeEach
	void prepare() {
		this.one = new FailoverFiles(this.home.resolve("one")).service(SERVICE, "10.1.1.1:80");
		this.other = new FailoverFiles(this.home.resolve("other")).service(SERVICE, "10.2.2.2:80");
	}

	@AfterEach
	void nothingIsLeftBehind() {
		assertThat(Bridges.oldest()).isNull();
		await().until(() -> threads().isEmpty());
	}

	@Test
	void contextsSideBySideWithTheirOwnDirectories() {
		try (ConfigurableApplicationContext first = run(this.one);
				ConfigurableApplicationContext second = run(this.other)) {
			failover(first).switchFailover(SwitchRequest.on("test"));
			assertServed(first, "10.1.1.1:80");
			assertThat(failover(second).status().enabled()).isFalse();
			assertNotServed(second);
			failover(second).switchFailover(SwitchRequest.on("test"));
			failover(first).switchFailover(SwitchRequest.off("test").forced());
			assertServed(second, "10.2.2.2:80");
			assertNotServed(first);
		}
	}

	@Test
	void contextsSideBySideWithTheSameDirectory() {
		try (ConfigurableApplicationContext first = run(this.one);
				ConfigurableApplicationContext second = run(this.one)) {
			for (int i = 0; i < 3; i++) {
				failover(first).switchFailover(SwitchRequest.on("test"));
				assertServed(second, "10.1.1.1:80");
				assertThat(failover(second).status().enabled()).isTrue();
				failover(second).switchFailover(SwitchRequest.off("test").forced());
				assertNotServed(first);
			}
		}
	}

	@Test
	void closingOneLeavesTheOtherWorking() {
		for (FailoverFiles files : List.of(this.one, this.other)) {
			ConfigurableApplicationContext first = run(files);
			try (ConfigurableApplicationContext second = run(this.other)) {
				first.close();
				failover(second).switchFailover(SwitchRequest.on("test"));
				assertServed(second, "10.2.2.2:80");
				this.other.service(SERVICE, "10.2.2.3:80");
				await().until(() -> addresses(naming(second), SERVICE).equals(List.of("10.2.2.3:80")));
				this.other.off();
				await().until(() -> !failover(second).status().enabled());
				assertNotServed(second);
				this.other.service(SERVICE, "10.2.2.2:80");
				await().until(() -> failover(second).compare(SERVICE, null).backup().get(0).ip().equals("10.2.2.2"));
			}
		}
	}

	@Test
	void contextsOneAfterTheOther() {
		for (int i = 0; i < 3; i++) {
			FailoverFiles files = (i != 1) ? this.one : this.other;
			try (ConfigurableApplicationContext context = run(files)) {
				failover(context).switchFailover(SwitchRequest.on("test"));
				assertServed(context, (i != 1) ? "10.1.1.1:80" : "10.2.2.2:80");
				failover(context).switchFailover(SwitchRequest.off("test").forced());
			}
			assertThat(Bridges.oldest()).isNull();
		}
	}

	@Test
	void clientDecoratedInOneContextIsRefusedByTheOther() {
		try (ConfigurableApplicationContext first = run(this.one);
				ConfigurableApplicationContext second = run(this.other)) {
			NamingService decorated = naming(first);
			NamingService client = ((DecoratedNamingService) decorated).undecoratedNamingService();
			for (NamingService foreign : List.of(decorated, client)) {
				assertThatIllegalStateException().isThrownBy(() -> failover(second).decorate(foreign))
					.withMessageContaining("another application context");
			}
			assertThat(failover(first).decorate(decorated)).isSameAs(decorated);
			assertThat(failover(first).decorate(client)).isSameAs(decorated);
		}
	}

	@Test
	void clientMadeByHandBelongsToTheContextThatDecoratesIt() {
		try (ConfigurableApplicationContext first = run(this.one);
				ConfigurableApplicationContext second = run(this.other)) {
			this.other.on();
			await().until(() -> failover(second).status().enabled());
			NamingService client = OfflineClients.create(this.home);
			NamingService decorated = failover(second).decorate(client);
			assertThat(addresses(decorated, SERVICE)).containsExactly("10.2.2.2:80");
			assertThatIllegalStateException().isThrownBy(() -> failover(first).decorate(client));
			second.close();
			// The bridge of the first context has it now.
			assertThat(addresses(decorated, SERVICE)).isNotEqualTo(List.of("10.2.2.2:80"));
			failover(first).switchFailover(SwitchRequest.on("test"));
			assertThat(addresses(decorated, SERVICE)).containsExactly("10.1.1.1:80");
			OfflineClients.shutDown(client);
		}
	}

	@Test
	void beansCreatedLaterBelongToTheirContext() {
		try (ConfigurableApplicationContext first = run(this.one);
				ConfigurableApplicationContext second = run(this.other, Prototype.class)) {
			failover(second).switchFailover(SwitchRequest.on("test"));
			NamingService naming = second.getBean("prototype", NamingService.class);
			assertThat(naming).isInstanceOf(DecoratedNamingService.class);
			assertThat(addresses(naming, SERVICE)).containsExactly("10.2.2.2:80");
			assertNotServed(first);
			OfflineClients.shutDown(naming);
		}
	}

	@Test
	void childSharesTheEngineOfItsParent() {
		try (ConfigurableApplicationContext stranger = run(this.other);
				ConfigurableApplicationContext parent = run(this.one)) {
			ConfigurableApplicationContext child = builder(this.one, Application.class, Prototype.class).parent(parent)
				.run();
			assertThat(child.getBean(FailoverEngine.class)).isSameAs(parent.getBean(FailoverEngine.class));
			assertThat(child.getBeanFactory().containsLocalBean("nacosFailoverEngine")).isFalse();
			NamingService own = child.getBean("naming", NamingService.class);
			assertThat(own).isNotSameAs(naming(parent)).isInstanceOf(DecoratedNamingService.class);
			NamingService late = child.getBean("prototype", NamingService.class);
			failover(child).switchFailover(SwitchRequest.on("test"));
			assertServed(parent, "10.1.1.1:80");
			assertThat(addresses(own, SERVICE)).containsExactly("10.1.1.1:80");
			assertThat(addresses(late, SERVICE)).containsExactly("10.1.1.1:80");
			assertNotServed(stranger);
			OfflineClients.shutDown(late);
			child.close();
			failover(parent).switchFailover(SwitchRequest.off("test").forced());
			assertNotServed(parent);
			failover(parent).switchFailover(SwitchRequest.on("test"));
			assertServed(parent, "10.1.1.1:80");
		}
	}

	@Test
	void childOfAContextWithoutClientsOfItsOwn() {
		try (ConfigurableApplicationContext parent = Contexts.run("nacos.failover.disk.path=" + this.one.directory());
				ConfigurableApplicationContext child = builder(this.one, Application.class).parent(parent).run()) {
			failover(parent).switchFailover(SwitchRequest.on("test"));
			assertServed(child, "10.1.1.1:80");
		}
	}

	@Test
	void contextsThatStartAtTheSameMoment() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			var first = threads.submit(() -> withoutLogging(this.one).run());
			var second = threads.submit(() -> withoutLogging(this.other).run());
			try (ConfigurableApplicationContext oneContext = first.get();
					ConfigurableApplicationContext otherContext = second.get()) {
				failover(oneContext).switchFailover(SwitchRequest.on("test"));
				failover(otherContext).switchFailover(SwitchRequest.on("test"));
				assertServed(oneContext, "10.1.1.1:80");
				assertServed(otherContext, "10.2.2.2:80");
			}
		}
		finally {
			threads.shutdown();
		}
	}

	@Test
	void contextThatFailsToStartLeavesNothingBehind() {
		this.one.on();
		assertThatExceptionOfType(BeanCreationException.class)
			.isThrownBy(() -> builder(this.one, Application.class, Failing.class).run())
			.withMessageContaining("on purpose");
		assertThat(Bridges.oldest()).isNull();
		await().until(() -> threads().isEmpty());
		try (ConfigurableApplicationContext context = run(this.other)) {
			failover(context).switchFailover(SwitchRequest.on("test"));
			assertServed(context, "10.2.2.2:80");
		}
	}

	@Test
	void contextThatFailsToStartLeavesARunningOneAlone() {
		try (ConfigurableApplicationContext context = run(this.one)) {
			assertThatExceptionOfType(BeanCreationException.class)
				.isThrownBy(() -> builder(this.one, Application.class, Failing.class).run());
			assertThatExceptionOfType(BeanCreationException.class)
				.isThrownBy(() -> builder(this.one, Application.class, Failing.class).parent(context).run());
			failover(context).switchFailover(SwitchRequest.on("test"));
			assertServed(context, "10.1.1.1:80");
			this.one.service(SERVICE, "10.1.1.9:80");
			await().until(() -> addresses(naming(context), SERVICE).equals(List.of("10.1.1.9:80")));
		}
	}

	@Test
	void decoratorOfAClosedContextRefusesClients() {
		ConfigurableApplicationContext context = run(this.one);
		NamingServiceDecorator decorator = context.getBean(NamingServiceDecorator.class);
		context.close();
		NamingService client = OfflineClients.create(this.home);
		assertThatIllegalStateException().isThrownBy(() -> decorator.decorate(client));
		OfflineClients.shutDown(client);
	}

	private ConfigurableApplicationContext run(FailoverFiles files, Class<?>... additional) {
		Class<?>[] sources = new Class<?>[additional.length + 1];
		sources[0] = Application.class;
		System.arraycopy(additional, 0, sources, 1, additional.length);
		return builder(files, sources).run();
	}

	private SpringApplicationBuilder builder(FailoverFiles files, Class<?>... sources) {
		return new SpringApplicationBuilder(sources).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false", "test.client-home=" + this.home,
					"nacos.failover.disk.path=" + files.directory());
	}

	/** Spring Boot does not set up logging twice at the same moment. */
	private SpringApplicationBuilder withoutLogging(FailoverFiles files) {
		SpringApplicationBuilder builder = builder(files, Application.class);
		SpringApplication application = builder.application();
		application.setListeners(application.getListeners()
			.stream()
			.filter((listener) -> !(listener instanceof LoggingApplicationListener))
			.toList());
		return builder;
	}

	private static NacosFailover failover(ConfigurableApplicationContext context) {
		return context.getBean(NacosFailover.class);
	}

	private static NamingService naming(ConfigurableApplicationContext context) {
		return context.getBean("naming", NamingService.class);
	}

	private static void assertServed(ConfigurableApplicationContext context, String address) {
		assertThat(addresses(naming(context), SERVICE)).containsExactly(address);
	}

	private static void assertNotServed(ConfigurableApplicationContext context) {
		assertThat(addresses(naming(context), SERVICE)).hasSize(1).allMatch((answer) -> answer.startsWith("failed"));
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nacos-failover-"))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Contexts.Application.class)
	static class Application {

		@Bean(destroyMethod = "shutDown")
		NamingService naming(Environment environment) {
			return OfflineClients.create(Path.of(environment.getRequiredProperty("test.client-home")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prototype {

		@Bean(destroyMethod = "")
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		NamingService prototype(Environment environment) {
			return OfflineClients.create(Path.of(environment.getRequiredProperty("test.client-home")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		Object failing(NamingService naming, NacosFailover failover) {
			assertThat(addresses(naming, SERVICE)).isNotEmpty();
			throw new IllegalStateException("on purpose");
		}

	}

}
