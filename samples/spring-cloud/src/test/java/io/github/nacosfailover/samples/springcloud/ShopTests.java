package io.github.nacosfailover.samples.springcloud;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.alibaba.cloud.nacos.NacosServiceManager;
import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.client.naming.NacosNamingService;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.cache.Cache;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.loadbalancer.cache.CaffeineBasedLoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.DefaultLoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheManager;
import org.springframework.cloud.loadbalancer.cache.LoadBalancerCacheProperties;
import org.springframework.cloud.loadbalancer.core.CachingServiceInstanceListSupplier;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Flips and outages, with a real Nacos server, real providers and real HTTP.
 */
class ShopTests {

	/** Below the 35 s for which Spring Cloud LoadBalancer keeps its lists. */
	private static final Duration SOON = Duration.ofSeconds(30);

	private static NacosServer server;

	private static NamingService registration;

	private static Provider live;

	private static Provider backup;

	private static Provider otherBackup;

	@TempDir
	Path directory;

	private Backups backups;

	@BeforeAll
	static void start() throws Exception {
		server = NacosServer.start();
		live = new Provider("live");
		backup = new Provider("backup");
		otherBackup = new Provider("other backup");
		Properties properties = new Properties();
		properties.setProperty("serverAddr", server.serverAddr());
		registration = NacosFactory.createNamingService(properties);
		registration.registerInstance("orders", "127.0.0.1", live.port());
	}

	@AfterAll
	static void stop() throws Exception {
		registration.shutDown();
		List.of(live, backup, otherBackup).forEach(Provider::close);
		server.close();
	}

	@BeforeEach
	void writeBackup() {
		this.backups = new Backups(this.directory.resolve("failover"));
		this.backups.write("orders", backup);
	}

	@AfterEach
	void leavesNoThread() {
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.isAlive() && thread.getName().equals("nacos-failover-spring-cloud")));
	}

	private Shop shop(Variant variant) {
		Shop shop = new Shop(server.serverAddr(), this.backups.directory(), variant.configuration(),
				variant.arguments());
		try {
			assertThat(shop.context().getBean(LoadBalancerCacheManager.class)).isInstanceOf(variant.cacheManager());
			await().atMost(SOON).until(() -> shop.get(Shop.WAYS.get(0)).body().equals("live"));
			return shop;
		}
		catch (RuntimeException | Error ex) {
			shop.close();
			throw ex;
		}
	}

	@ParameterizedTest
	@EnumSource
	void theNextCallAfterAFlipGoesToTheNewInstances(Variant variant) {
		try (Shop shop = shop(variant)) {
			for (String way : Shop.WAYS) {
				assertThat(shop.call(way)).as(way).isEqualTo("live");
				shop.on();
				assertThat(shop.call(way)).as(way).isEqualTo("backup");
				shop.off();
				assertThat(shop.call(way)).as(way).isEqualTo("live");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void anEditedBackupIsUsedSoon(Variant variant) {
		try (Shop shop = shop(variant)) {
			shop.on();
			assertThat(shop.call(Shop.WAYS.get(0))).isEqualTo("backup");
			this.backups.write("orders", otherBackup);
			await().atMost(SOON).until(() -> shop.call(Shop.WAYS.get(0)).equals("other backup"));
			assertThat(shop.call(Shop.WAYS.get(1))).isEqualTo("other backup");
			assertThat(shop.call(Shop.WAYS.get(2))).isEqualTo("other backup");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aListPutBackByALookUpUnderWayIsForgottenSoon(Variant variant) {
		try (Shop shop = shop(variant)) {
			Cache cache = shop.context()
				.getBean(LoadBalancerCacheManager.class)
				.getCache(CachingServiceInstanceListSupplier.SERVICE_INSTANCE_CACHE_NAME);
			@SuppressWarnings("unchecked")
			List<ServiceInstance> old = cache.get("orders", List.class);
			assertThat(old).extracting(ServiceInstance::getPort).containsExactly(live.port());
			shop.on();
			cache.put("orders", old);
			await().atMost(SOON).until(() -> shop.call(Shop.WAYS.get(0)).equals("backup"));
		}
	}

	@Test
	void callsServicesAndRoutesSurviveTheDeathOfTheServer() throws Exception {
		try (Shop shop = shop(Variant.DEFAULT_CACHE)) {
			shop.on();
			server.kill();
			assertServedByBackup(shop);
			await().until(() -> shop.serverStatus().equals("DOWN"));
			assertServedByBackup(shop);
			server.restart();
			await().until(() -> shop.serverStatus().equals("UP"));
			await().until(ShopTests::serverKnowsTheProvider);
			await().until(() -> shop.status("/orders").at("/live").size() == 1);
			assertServedByBackup(shop);
			shop.off();
			for (String way : Shop.WAYS) {
				assertThat(shop.call(way)).as(way).isEqualTo("live");
			}
		}
		finally {
			if (!server.isRunning()) {
				server.restart();
			}
		}
	}

	/** Asks the server itself: a client may still remember what was before the outage. */
	private static boolean serverKnowsTheProvider() throws Exception {
		URI list = URI.create("http://" + server.serverAddr() + "/nacos/v3/client/ns/instance/list?serviceName=orders");
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
			.body()
			.contains("\"port\":" + live.port());
	}

	private static void assertServedByBackup(Shop shop) {
		shop.context().publishEvent(new RefreshRoutesEvent(shop));
		Set<String> routes = Set.copyOf(shop.context()
			.getBean(RouteLocator.class)
			.getRoutes()
			.map((route) -> route.getId())
			.collectList()
			.block(SOON));
		assertThat(routes).contains("api", "ReactiveCompositeDiscoveryClient_orders");
		assertThat(shop.get("/services").body()).contains("\"orders\"");
		List<String> ways = new ArrayList<>(Shop.WAYS);
		ways.add("/orders/");
		for (String way : ways) {
			assertThat(shop.call(way)).as(way).isEqualTo("backup");
		}
	}

	@Test
	void theGatewayFindsAServiceThatOnlyTheBackupsHave() {
		this.backups.write("invoices", otherBackup);
		try (Shop shop = shop(Variant.DEFAULT_CACHE)) {
			assertThat(shop.get("/invoices/").statusCode()).isEqualTo(404);
			shop.on();
			await().atMost(SOON).until(() -> shop.get("/invoices/").body().equals("other backup"));
			shop.off();
			await().atMost(SOON).until(() -> shop.get("/invoices/").statusCode() == 404);
		}
	}

	@Test
	void aFlipIsAHeartbeatEachTimeWithAnotherValue() {
		try (Shop shop = shop(Variant.DEFAULT_CACHE)) {
			Queue<Object> values = new ConcurrentLinkedQueue<>();
			shop.context().addApplicationListener((ApplicationListener<HeartbeatEvent>) (event) -> {
				if (event.getSource().getClass().getName().startsWith("io.github.nacosfailover.")) {
					values.add(event.getValue());
				}
			});
			shop.on();
			shop.off();
			await().atMost(SOON).until(() -> values.size() >= 2);
			assertThat(values).hasSize(2).doesNotHaveDuplicates();
		}
	}

	@Test
	void aRebuiltClientIsDecoratedAgain() throws Exception {
		try (Shop shop = shop(Variant.DEFAULT_CACHE)) {
			NacosServiceManager manager = shop.context().getBean(NacosServiceManager.class);
			NamingService before = manager.getNamingService();
			manager.nacosServiceShutDown();
			NamingService after = manager.getNamingService();
			assertThat(after).isNotSameAs(before).isInstanceOf(DecoratedNamingService.class);
			assertThat(((DecoratedNamingService) after).undecoratedNamingService())
				.isInstanceOf(NacosNamingService.class);
			for (String way : Shop.WAYS) {
				shop.on();
				assertThat(shop.call(way)).as(way).isEqualTo("backup");
				shop.off();
				assertThat(shop.call(way)).as(way).isEqualTo("live");
			}
			shop.on();
			manager.nacosServiceShutDown();
			this.backups.write("orders", otherBackup);
			await().atMost(SOON).until(() -> shop.call(Shop.WAYS.get(0)).equals("other backup"));
		}
	}

	/** Kinds of cache and of discovery that Spring Cloud LoadBalancer can work with. */
	enum Variant {

		/** What there is without Caffeine on the class path. */
		DEFAULT_CACHE(DefaultLoadBalancerCacheManager.class, List.of(DefaultCache.class)),

		CAFFEINE(CaffeineBasedLoadBalancerCacheManager.class, List.of(),
				"--spring.cloud.loadbalancer.cache.caffeine.spec=maximumSize=100,expireAfterWrite=35s"),

		CAFFEINE_AND_BLOCKING_DISCOVERY(CaffeineBasedLoadBalancerCacheManager.class, List.of(),
				"--spring.cloud.discovery.reactive.enabled=false");

		private final Class<? extends LoadBalancerCacheManager> cacheManager;

		private final List<Class<?>> configuration;

		private final String[] arguments;

		Variant(Class<? extends LoadBalancerCacheManager> cacheManager, List<Class<?>> configuration,
				String... arguments) {
			this.cacheManager = cacheManager;
			this.configuration = configuration;
			this.arguments = arguments;
		}

		Class<? extends LoadBalancerCacheManager> cacheManager() {
			return this.cacheManager;
		}

		List<Class<?>> configuration() {
			return this.configuration;
		}

		String[] arguments() {
			return this.arguments;
		}

	}

	/** Defines the cache that the auto-configuration defines without Caffeine. */
	@Configuration(proxyBeanMethods = false)
	static class DefaultCache {

		@Bean
		LoadBalancerCacheManager defaultLoadBalancerCacheManager(LoadBalancerCacheProperties properties) {
			return new DefaultLoadBalancerCacheManager(properties);
		}

	}

}
