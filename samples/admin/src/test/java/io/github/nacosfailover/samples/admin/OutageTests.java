package io.github.nacosfailover.samples.admin;

import java.util.Properties;
import java.util.UUID;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.discovery.event.HeartbeatEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The Admin server has found the application through a real Nacos server, which has been
 * killed since.
 */
class OutageTests extends AdminTestBase {

	@BeforeAll
	static void startAllAndKillNacos() throws Exception {
		try (NacosServer server = NacosServer.start()) {
			Properties properties = new Properties();
			properties.setProperty("serverAddr", server.serverAddr());
			NamingService registration = NacosFactory.createNamingService(properties);
			registration.registerInstance("orders", "127.0.0.1", 7);
			startShop(server.serverAddr(), "shop-1", "--spring.cloud.nacos.discovery.register-enabled=true");
			startShop(server.serverAddr(), "shop-2", "--spring.cloud.nacos.discovery.register-enabled=true");
			adminContext = admin(server.serverAddr());
			admin = Endpoint.of(adminContext);
			await().atMost(SOON).until(() -> listed(admin), (count) -> count == 2);
			// Everything that is used has a backup, without anybody asking for it.
			await().atMost(SOON).until(() -> state(admin).at("/services/DEFAULT_GROUP@@shop/healthy").asInt() == 2);
			for (Endpoint shop : shops) {
				await().atMost(SOON)
					.until(() -> state(shop).at("/services/DEFAULT_GROUP@@orders/healthy").asInt() == 1);
			}
			server.kill();
			registration.shutDown();
		}
		await().atMost(SOON).until(() -> state(admin).at("/enabled").asBoolean());
		for (Endpoint shop : shops) {
			await().atMost(SOON).until(() -> state(shop).at("/serverStatus").asText().equals("DOWN"));
		}
	}

	@Test
	void theApplicationStaysListed() {
		adminContext.publishEvent(new HeartbeatEvent(this, UUID.randomUUID()));
		assertThat(instances(admin)).hasSize(2);
		assertThat(state(admin).at("/switch/by").asText()).isEqualTo("admin-server");
		assertThat(state(admin).at("/services/DEFAULT_GROUP@@shop/lastServedFrom").asText()).isEqualTo("failover");
	}

	@Test
	void anAdminServerThatStartsWithoutNacosFindsTheApplication() {
		String serverAddr = adminContext.getEnvironment()
			.getRequiredProperty("spring.cloud.nacos.discovery.server-addr");
		// Closed at the end: the web servers of a JVM share their threads.
		Endpoint another = Endpoint.of(admin(serverAddr));
		await().atMost(SOON).until(() -> listed(another) == 2);
	}

}
