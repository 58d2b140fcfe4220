package io.github.nacosfailover.samples.admin;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nacosfailover.browser.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An Admin server and two instances of an application, all without Nacos.
 */
abstract class AdminTestBase {

	static final Duration SOON = Duration.ofSeconds(60);

	private static final String MARKUP = "<img src=x onerror=\"window.hacked=1\">";

	@TempDir
	static Path directory;

	private static final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	static final List<Endpoint> shops = new ArrayList<>();

	static ConfigurableApplicationContext adminContext;

	static Endpoint admin;

	/** Number of instances that are listed, but do not have the endpoint. */
	static int unreachable;

	@AfterAll
	static void stop() {
		contexts.forEach(ConfigurableApplicationContext::close);
		contexts.clear();
		shops.clear();
		unreachable = 0;
	}

	@AfterEach
	void switchOff() {
		for (Endpoint shop : shops) {
			shop.post("/actuator/nacosfailover", "{\"enabled\": false, \"force\": true}");
		}
	}

	static ConfigurableApplicationContext admin(String serverAddr) {
		return start(AdminApplication.class, serverAddr, directory.resolve("admin"),
				"--spring.boot.admin.discovery.ignored-services=orders");
	}

	/** Starts an instance of the application, with a backup whose name is none. */
	static void startShop(String serverAddr, String name, String... arguments) throws IOException {
		Path backups = Files.createDirectories(directory.resolve(name));
		writeBackup(backups, "x" + MARKUP, 7);
		List<String> all = new ArrayList<>(List.of("--spring.application.name=shop"));
		all.addAll(List.of(arguments));
		shops.add(Endpoint.of(start(ShopApplication.class, serverAddr, backups, all.toArray(String[]::new))));
	}

	/** Writes a backup as an operator would. */
	static void writeBackup(Path directory, String service, int... ports) throws IOException {
		String hosts = IntStream.of(ports)
			.mapToObj((port) -> """
					{"ip": "127.0.0.1", "port": %s, "weight": 1.0, "healthy": true, "enabled": true}""".formatted(port))
			.collect(Collectors.joining(", "));
		Files.writeString(
				directory.resolve(
						URLEncoder.encode("DEFAULT_GROUP@@" + service, StandardCharsets.UTF_8).replace("+", "%20")),
				"""
						{"name": "%s", "groupName": "DEFAULT_GROUP", "clusters": "", "hosts": [%s]}"""
					.formatted(service.replace("\"", "\\\""), hosts));
	}

	private static ConfigurableApplicationContext start(Class<?> source, String serverAddr, Path backups,
			String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.main.banner-mode=off",
				"--spring.cloud.nacos.discovery.server-addr=" + serverAddr,
				"--spring.cloud.nacos.discovery.ip=127.0.0.1",
				"--spring.cloud.nacos.discovery.graceful-shutdown-wait-time=0",
				"--spring.cloud.nacos.discovery.watch-delay=1000",
				// Thousands of lines about a server that is meant to be dead.
				"--logging.level.com.alibaba=off", "--nacos.failover.disk.path=" + backups));
		all.addAll(List.of(arguments));
		ConfigurableApplicationContext context = new SpringApplicationBuilder(source).run(all.toArray(String[]::new));
		contexts.add(context);
		return context;
	}

	static JsonNode state(Endpoint application) {
		return application.get("/actuator/nacosfailover").at("/namespaces/public");
	}

	/** The instances of the application whose endpoint the Admin server knows. */
	static List<String> instances(Endpoint admin) {
		List<String> ids = new ArrayList<>();
		for (JsonNode instance : admin.get("/applications/shop").at("/instances")) {
			for (JsonNode endpoint : instance.at("/endpoints")) {
				if (endpoint.at("/id").asText().equals("nacosfailover")) {
					ids.add(instance.at("/id").asText());
				}
			}
		}
		return ids;
	}

	static int listed(Endpoint admin) {
		return instances(admin).size();
	}

	@Test
	void anInstanceIsAskedAndSwitchedThroughTheProxy() {
		String path = "/instances/" + instances(admin).get(0) + "/actuator/nacosfailover";
		assertThat(admin.get(path).at("/namespaces/public/serverStatus").asText()).isEqualTo("DOWN");
		String plan = admin.get(path + "/preflight?namespace=public").at("/namespaces/public/on/plan/id").asText();
		HttpResponse<String> refused = admin.post(path, body(true, "none"));
		assertThat(refused.statusCode()).isEqualTo(409);
		assertThat(Endpoint.json(refused).at("/plan/id").asText()).isEqualTo(plan);
		HttpResponse<String> applied = admin.post(path, body(true, plan));
		assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
		assertThat(shops).extracting((shop) -> state(shop).at("/enabled").asBoolean())
			.containsExactlyInAnyOrder(true, false);
	}

	@Test
	void allInstancesAreAskedAndSwitchedThroughTheProxy() {
		String path = "/applications/shop/actuator/nacosfailover";
		assertThat(admin.get(path)).hasSize(2 + unreachable)
			.filteredOn((answer) -> answer.at("/status").asInt() == 200)
			.hasSize(2)
			.noneMatch((answer) -> Endpoint.json(answer.at("/body").asText()).at("/enabled").asBoolean());
		HttpResponse<String> response = admin.post(path,
				"{\"enabled\": true, \"reason\": \"all\", \"duration\": \"1h\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Endpoint.json(response)).hasSize(2 + unreachable)
			.filteredOn((answer) -> answer.at("/status").asInt() == 200)
			.hasSize(2);
		assertThat(shops).allSatisfy((shop) -> assertThat(state(shop).at("/switch/reason").asText()).isEqualTo("all"));
	}

	@Test
	void theViewsShowAndSwitchOneInstanceAndAll() throws Exception {
		try (Browser browser = Browser.start(directory.resolve("browser"))) {
			String id = instances(admin).get(0);
			browser.open(admin.base() + "/instances/" + id + "/nacosfailover");
			browser.awaitText(".nf-sentence", "Failover is off in namespace public");
			browser.awaitText(".nf-facts", "The Nacos server is down.");
			browser.awaitText(".nf-services tbody th", "orders");
			browser.awaitText(".nf-services tbody th", "x" + MARKUP);
			browser.type("[name=nacos-failover-search]", "ORD");
			browser.awaitCount(".nf-services tbody tr", 1);
			switchOnOneInstance(browser);
			switchOnAll(browser);
			capture(browser);
			switchOffAll(browser);
			browser.click(".nf-instances [data-instance='" + instances(admin).get(1) + "'] a");
			browser.awaitCount(".nf-instances", 0);
			browser.awaitText(".nf-sentence", "Failover is off in namespace public");
			browser.open(admin.base() + "/nacosfailover");
			browser.awaitText(".nf-sentence", "Failover is off in namespace public");
			browser.awaitCount(".nf-instances tbody tr", 2 + unreachable);
			browser.run("SBA.useI18n().locale.value = 'zh-CN'");
			browser.awaitText(".nf-sentence", "命名空间 public 的容灾已关闭");
			assertThat(browser.run("return window.hacked === undefined")).isEqualTo(true);
		}
	}

	private void switchOnOneInstance(Browser browser) {
		browser.click("[data-action=switchOn]");
		browser.find("[data-step=ready]");
		browser.awaitText(".nf-report", " services will be answered from backups");
		assertThat(browser.texts("[name=nacos-failover-force]")).isEmpty();
		browser.click(".nf-dialog [type=submit]");
		browser.awaitText(".nf-dialog [role=alert]", "Give a reason.");
		browser.type("[name=nacos-failover-reason]", MARKUP);
		browser.type("[name=nacos-failover-confirm]", "private");
		browser.click(".nf-dialog [type=submit]");
		browser.awaitText(".nf-dialog [role=alert]", "Type public.");
		assertThat(shops).noneMatch((shop) -> state(shop).at("/enabled").asBoolean());
		browser.find("[name=nacos-failover-confirm]").clear();
		submit(browser);
		browser.awaitCount("[data-result=applied]", 1);
		browser.click(".nf-dialog .nf-primary");
		browser.awaitText(".nf-sentence", "Failover is ON in namespace public");
		browser.awaitText(".nf-sentence", MARKUP);
		assertThat(shops).filteredOn((shop) -> state(shop).at("/enabled").asBoolean())
			.singleElement()
			.satisfies((shop) -> assertThat(state(shop).at("/switch/until").asText()).isNotEqualTo("null"));
	}

	/** One of the plans is out of date when it is sent. */
	private void switchOnAll(Browser browser) {
		browser.click("[data-scope=application]");
		browser.awaitCount(".nf-instances tbody tr", 2 + unreachable);
		browser.awaitText(".nf-sentence", "Failover is ON in 1 of 2 instances");
		browser.click("[data-action=switchOn]");
		browser.awaitCount(".nf-report", 2 + unreachable);
		Endpoint other = shops.stream()
			.filter((shop) -> !state(shop).at("/enabled").asBoolean())
			.findFirst()
			.orElseThrow();
		assertThat(other.post("/actuator/nacosfailover", "{\"enabled\": true, \"reason\": \"somebody else\"}")
			.statusCode()).isEqualTo(200);
		browser.type("[name=nacos-failover-reason]", "Nacos is down");
		submit(browser);
		browser.awaitCount("[data-result=applied]", 1);
		browser.awaitCount("[data-result=stale]", 1);
		browser.awaitCount("[data-result=unreached]", unreachable);
		assertThat(state(other).at("/switch/reason").asText()).isEqualTo("somebody else");
		previewTheRest(browser);
		browser.awaitCount(".nf-report", 1 + unreachable);
		submit(browser);
		browser.awaitCount("[data-result=applied]", 1);
		browser.click(".nf-dialog .nf-primary");
		browser.awaitText(".nf-sentence", "Failover is ON in namespace public");
		assertThat(shops)
			.allSatisfy((shop) -> assertThat(state(shop).at("/switch/reason").asText()).isEqualTo("Nacos is down"));
	}

	private void switchOffAll(Browser browser) {
		browser.click("[data-action=switchOff]");
		browser.awaitCount(".nf-report", 2 + unreachable);
		browser.awaitText(".nf-report", "the server is down");
		browser.type("[name=nacos-failover-reason]", "test");
		submit(browser);
		browser.awaitCount("[data-result=refused]", 2);
		assertThat(shops).allMatch((shop) -> state(shop).at("/enabled").asBoolean());
		previewTheRest(browser);
		browser.awaitCount(".nf-report", 2 + unreachable);
		browser.click("[name=nacos-failover-force]");
		submit(browser);
		browser.awaitCount("[data-result=applied]", 2);
		browser.click(".nf-dialog .nf-primary");
		assertThat(shops).noneMatch((shop) -> state(shop).at("/enabled").asBoolean());
	}

	private static void submit(Browser browser) {
		browser.type("[name=nacos-failover-confirm]", "public");
		browser.click(".nf-dialog [type=submit]");
	}

	private static void previewTheRest(Browser browser) {
		browser.click(".nf-dialog .nf-button:not(.nf-primary)");
		browser.find("[data-step=ready]");
	}

	/** For the documentation: -Dadmin.screenshot=<file>. */
	private static void capture(Browser browser) throws Exception {
		String file = System.getProperty("admin.screenshot");
		if (file != null) {
			Files.write(Path.of(file), browser.screenshot());
		}
	}

	private static String body(boolean enabled, String plan) {
		return "{\"enabled\": " + enabled + ", \"namespace\": \"public\", \"plan\": \"" + plan + "\"}";
	}

}
