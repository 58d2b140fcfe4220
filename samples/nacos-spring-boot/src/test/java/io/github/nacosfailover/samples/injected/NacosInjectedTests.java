package io.github.nacosfailover.samples.injected;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.NacosFailover;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.request.SwitchRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The injected client on a real server, which is killed. The client outlives its context:
 * nacos-spring-context shares it within the JVM.
 */
class NacosInjectedTests {

	private static NacosServer server;

	private static NamingService provider;

	@TempDir
	Path failoverDirectory;

	@BeforeAll
	static void start() throws Exception {
		server = NacosServer.start();
		Properties properties = new Properties();
		properties.setProperty("serverAddr", server.serverAddr());
		provider = NacosFactory.createNamingService(properties);
	}

	@AfterAll
	static void stop() throws Exception {
		provider.shutDown();
		server.close();
	}

	@Test
	void injectedClientsAreDecoratedAndGoThroughAnOutageInContextsOneAfterTheOther() throws Exception {
		provider.registerInstance("orders", "10.0.0.1", 8080);
		Files.writeString(this.failoverDirectory.resolve("DEFAULT_GROUP%40%40orders"), """
				{"name": "orders", "groupName": "DEFAULT_GROUP", "hosts": [{"ip": "10.9.9.1", "port": 80}]}""");
		try (ConfigurableApplicationContext context = run()) {
			flip(context);
		}
		try (ConfigurableApplicationContext context = run()) {
			Orders orders = flip(context);
			NacosFailover failover = context.getBean(NacosFailover.class);
			failover.switchFailover(SwitchRequest.on("test"));
			server.kill();
			await().until(() -> orders.namingService().getServerStatus().equals("DOWN"));
			assertThat(orders.addresses()).containsExactly("10.9.9.1:80");
			assertThat(orders.namingService().getServicesOfServer(1, 10).getData()).containsExactly("orders");
			orders.namingService().subscribe("orders", (event) -> {
			});
			assertThat(failover.status().namespaces().get("public").serverStatus()).isEqualTo("DOWN");
			assertThat(failover.status().namespaces().get("public").services().get("DEFAULT_GROUP@@orders").served())
				.isPositive();
		}
	}

	private Orders flip(ConfigurableApplicationContext context) throws Exception {
		Orders orders = context.getBean(Orders.class);
		assertThat(orders.namingService()).isInstanceOf(DecoratedNamingService.class);
		await().until(() -> orders.addresses().equals(List.of("10.0.0.1:8080")));
		NacosFailover failover = context.getBean(NacosFailover.class);
		assertThat(failover.status().namespaces()).containsOnlyKeys("public");
		failover.switchFailover(SwitchRequest.on("test"));
		assertThat(orders.addresses()).containsExactly("10.9.9.1:80");
		failover.switchFailover(SwitchRequest.off("test").forced());
		assertThat(orders.addresses()).containsExactly("10.0.0.1:8080");
		return orders;
	}

	private ConfigurableApplicationContext run() {
		return new SpringApplicationBuilder(OrdersApplication.class).web(WebApplicationType.NONE)
			.run("--nacos.discovery.server-addr=" + server.serverAddr(),
					"--nacos.failover.disk.path=" + this.failoverDirectory, "--spring.main.banner-mode=off");
	}

}
