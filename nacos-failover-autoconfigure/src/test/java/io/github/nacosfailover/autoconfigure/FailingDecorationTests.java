package io.github.nacosfailover.autoconfigure;

import java.nio.file.Path;
import java.util.Map;

import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.bridge.Bridges;
import io.github.nacosfailover.engine.FailoverEngine;
import io.github.nacosfailover.store.FailoverStore;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.OfflineClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that cannot be decorated, for a reason that nobody has thought of.
 */
class FailingDecorationTests {

	private static NacosNamingService client;

	@TempDir
	Path home;

	@Test
	void applicationStartsWithTheClientAsItIs() {
		Bridges.prime();
		client = OfflineClients.create(this.home);
		try (ConfigurableApplicationContext context = Contexts.run(Application.class)) {
			assertThat(context.getBean("byInterface")).isSameAs(client);
			assertThat(context.getBean("byClass")).isSameAs(client);
			assertThat(context.getBean(FailoverEngine.class).faults().current().toString())
				.contains("java.lang.AssertionError: on purpose");
		}
		finally {
			OfflineClients.shutDown(client);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Contexts.Application.class)
	static class Application {

		@Bean(destroyMethod = "")
		NamingService byInterface() {
			return client;
		}

		@Bean(destroyMethod = "")
		NacosNamingService byClass() {
			return client;
		}

		@Bean
		static FailoverEngine ownEngine() {
			return new FailoverEngine(new FailoverEngine.StoreFactory() {

				@Override
				public FailoverStore open(String namespace, Path directory) {
					throw new AssertionError("on purpose");
				}

				@Override
				public void close(FailoverStore store) {
				}
			}, Map::of);
		}

	}

}
