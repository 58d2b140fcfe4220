package io.github.nacosfailover.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.client.DecoratedNamingService;
import io.github.nacosfailover.nacosserver.NacosServer;
import io.github.nacosfailover.testsupport.Contexts;
import io.github.nacosfailover.testsupport.EndpointClient;
import io.github.nacosfailover.testsupport.OfflineClients;
import io.github.nacosfailover.testsupport.RealRedis;
import io.github.nacosfailover.testsupport.SharedNacos;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One application with clients of two real servers that have the same namespace ids.
 */
class TwoServersTests {

	private static final String PROD = "public@prod";

	private static final String TEST = "public@test";

	private static NacosServer second;

	private final NacosServer first = SharedNacos.server();

	private final String orders = "orders-" + UUID.randomUUID();

	private final List<NamingService> clients = new ArrayList<>();

	@TempDir
	Path home;

	private ConfigurableApplicationContext context;

	private EndpointClient endpoint;

	@BeforeAll
	static void startSecond() {
		second = NacosServer.start();
	}

	@AfterAll
	static void stopSecond() {
		second.close();
	}

	@AfterEach
	void stop() {
		this.context.close();
		this.clients.forEach(OfflineClients::shutDown);
	}

	@Test
	void onDiskTheyAreTwoInEverything() throws Exception {
		String path = "nacos.failover.disk.path=" + this.home.resolve("backups/{namespace}");
		verifyTwoInEverything(path);
		assertThat(directories()).containsExactly(PROD, TEST);
	}

	@Test
	void inASharedStoreTheyAreTwoInEverything() throws Exception {
		try (RealRedis redis = RealRedis.start()) {
			verifyTwoInEverything("nacos.failover.store=redis", "spring.data.redis.port=" + redis.port(),
					"nacos.failover.disk.path=" + this.home.resolve("backups/{registryDir}/{namespace}"));
			assertThat(redis.send("EXISTS nacos-failover:{" + PROD + "}:version")).isEqualTo(":1");
			assertThat(redis.send("EXISTS nacos-failover:{" + TEST + "}:version")).isEqualTo(":1");
			assertThat(redis.send("EXISTS nacos-failover:{public}:version")).isEqualTo(":0");
		}
	}

	private void verifyTwoInEverything(String... properties) throws Exception {
		run(List.of("prod", "test"), properties);
		assertThat(this.endpoint.status().at("/namespaces").fieldNames()).toIterable()
			.containsExactlyInAnyOrder(PROD, TEST);
		assertLive();
		this.endpoint.post("/nacosfailoversnapshots", "{}", 200);
		assertBackups();
		assertThat(values(this.endpoint.get("/nacosfailoversnapshots", 200), "namespace")).contains(PROD, TEST);

		this.endpoint.post("{\"enabled\": true, \"namespace\": \"" + PROD + "\", \"reason\": \"outage of prod\"}", 200);
		JsonNode namespaces = this.endpoint.status().at("/namespaces");
		assertThat(namespaces.at("/" + PROD + "/enabled").asBoolean()).isTrue();
		assertThat(namespaces.at("/" + TEST + "/enabled").asBoolean()).isFalse();
		assertThat(this.endpoint.get("/nacosfailover/history", 200).findValuesAsText("namespace")).containsOnly(PROD);

		// Who comes first makes no difference.
		stop();
		run(List.of("test", "prod"), properties);
		namespaces = this.endpoint.status().at("/namespaces");
		assertThat(namespaces.at("/" + PROD + "/enabled").asBoolean()).isTrue();
		assertThat(namespaces.at("/" + TEST + "/enabled").asBoolean()).isFalse();
		assertBackups();
		assertLive();
		assertThat(this.endpoint.status().findValues("problems")).allMatch(JsonNode::isEmpty);
		assertThat(values(this.endpoint.get("/metrics/nacos.failover.enabled", 200).at("/availableTags"), "values"))
			.anyMatch((tags) -> tags.contains(PROD) && tags.contains(TEST));
	}

	@Test
	void withoutAnythingToTellThemApartTheSecondStaysLiveAndIsListed() throws Exception {
		run(List.of("prod", "test"), "test.registries=false");
		JsonNode status = this.endpoint.status();
		assertThat(status.at("/namespaces").fieldNames()).toIterable().containsExactly("public");
		assertThat(values(status.at("/namespaces/public/problems"), "message")).singleElement()
			.asString()
			.contains("namingCacheRegistryDir")
			.contains(this.first.serverAddr())
			.contains(second.serverAddr());
		assertThat(naming("prod")).isInstanceOf(DecoratedNamingService.class);
		assertThat(naming("test")).isNotInstanceOf(DecoratedNamingService.class);
		assertLive();
		this.endpoint.post("/nacosfailoversnapshots", "{}", 200);
		assertThat(this.endpoint.get("/nacosfailover/" + this.orders, 200).at("/backup").findValuesAsText("ip"))
			.containsExactly("10.1.1.1");
		this.endpoint.post("{\"enabled\": true}", 200);
		assertThat(Contexts.addresses(naming("test"), this.orders)).containsExactly("10.2.2.2:80");
	}

	@Test
	void oneServerInTwoSpellingsIsNoOtherOne() throws Exception {
		run(List.of("prod", "spelled"), "test.registries=false");
		assertThat(this.endpoint.status().at("/namespaces/public/problems")).isEmpty();
		assertThat(naming("spelled")).isInstanceOf(DecoratedNamingService.class);
	}

	@Test
	void clientOfAnotherServerThatReplacesOneIsTakenIn() throws Exception {
		run(List.of("prod"), "test.registries=false");
		naming("prod").shutDown();
		GenericApplicationContext running = (GenericApplicationContext) this.context;
		running.registerBean("test", NamingService.class, () -> create("test", false));
		assertThat(naming("test")).isInstanceOf(DecoratedNamingService.class);
		assertThat(this.endpoint.status().at("/namespaces/public/problems")).isEmpty();
	}

	private void assertLive() {
		await().until(() -> Contexts.addresses(naming("prod"), this.orders).equals(List.of("10.1.1.1:80")));
		await().until(() -> Contexts.addresses(naming("test"), this.orders).equals(List.of("10.2.2.2:80")));
	}

	private void assertBackups() {
		assertThat(backup(PROD)).containsExactly("10.1.1.1");
		assertThat(backup(TEST)).containsExactly("10.2.2.2");
	}

	private List<String> backup(String namespace) {
		return this.endpoint.get("/nacosfailover/" + this.orders + "?namespace=" + namespace, 200)
			.at("/backup")
			.findValuesAsText("ip");
	}

	private static List<String> values(JsonNode nodes, String field) {
		return StreamSupport.stream(nodes.findParents(field).spliterator(), false)
			.map((node) -> node.get(field).isTextual() ? node.get(field).asText() : node.get(field).toString())
			.toList();
	}

	private List<String> directories() throws IOException {
		try (Stream<Path> files = Files.list(this.home.resolve("backups"))) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

	private NamingService naming(String name) {
		return this.context.getBean(name, NamingService.class);
	}

	private void run(List<String> names, String... properties) throws NacosException {
		this.context = new SpringApplicationBuilder(Contexts.Application.class)
			.properties("server.port=0", "spring.main.banner-mode=off", "nacos.failover.snapshot.enabled=false",
					"management.endpoints.web.exposure.include=*")
			.properties(properties)
			.initializers((starting) -> {
				boolean registries = starting.getEnvironment().getProperty("test.registries", Boolean.class, true);
				names.forEach((name) -> ((GenericApplicationContext) starting).registerBean(name, NamingService.class,
						() -> create(name, registries)));
			})
			.run();
		this.endpoint = new EndpointClient(this.context);
		for (String name : names.stream().filter(this::isRegistering).toList()) {
			naming(name).registerInstance(this.orders, name.equals("test") ? "10.2.2.2" : "10.1.1.1", 80);
		}
	}

	private boolean isRegistering(String name) {
		return !name.equals("spelled");
	}

	private NamingService create(String name, boolean registries) {
		NacosServer server = name.equals("test") ? second : this.first;
		try {
			return create(name.equals("spelled") ? "http://LocalHost:" + server.port() + "/nacos" : server.serverAddr(),
					registries ? name : null);
		}
		catch (NacosException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private NamingService create(String server, @Nullable String registry) throws NacosException {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", server);
		properties.setProperty("JM.SNAPSHOT.PATH", this.home.toString());
		if (registry != null) {
			properties.setProperty("namingCacheRegistryDir", registry);
		}
		NamingService client = NacosFactory.createNamingService(properties);
		this.clients.add(client);
		return client;
	}

}
