package io.github.nacosfailover.samples.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import io.github.nacosfailover.browser.Browser;
import io.github.nacosfailover.nacosserver.NacosServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The scenarios of the Nacos documentation, clicked through with a real server: failover
 * is switched on before an upgrade, or when the server is dead.
 */
class OutageTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final String IMAGE = "<img src=x onerror=window.attacked=1>";

	private static final String SCRIPT = "<script>window.attacked=1</script>";

	@TempDir
	static Path directory;

	private static Browser browser;

	private static NacosServer server;

	private static NamingService provider;

	private static Application application;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(directory.resolve("browser"));
		server = NacosServer.start();
		provider = register(IMAGE);
		application = Application.start(server.serverAddr(), directory.resolve("failover"));
		await().atMost(SOON).until(() -> application.instances("orders") == 3);
		await().atMost(SOON).until(() -> application.get("/nacosfailover").contains("\"instances\":3"));
	}

	@AfterAll
	static void stop() throws Exception {
		if (application != null) {
			application.close();
		}
		if (provider != null) {
			provider.shutDown();
		}
		if (server != null) {
			server.close();
		}
		if (browser != null) {
			browser.close();
		}
	}

	private static NamingService register(String metadata) throws NacosException {
		Properties properties = new Properties();
		properties.setProperty("serverAddr", server.serverAddr());
		NamingService provider = NacosFactory.createNamingService(properties);
		List<Instance> instances = new ArrayList<>();
		for (int i = 1; i <= 3; i++) {
			Instance instance = new Instance();
			instance.setIp("10.0.0." + i);
			instance.setPort(8080);
			instance.setMetadata(Map.of("note", metadata));
			instances.add(instance);
		}
		provider.batchRegisterInstance("orders", "DEFAULT_GROUP", instances);
		return provider;
	}

	@Test
	void failoverIsSwitchedOnBeforeAnUpgradeAndOffWhenAllInstancesAreBack() throws Exception {
		browser.open(application.console());
		browser.find("#status[data-enabled='false']");
		browser.awaitText("#service-rows tr[data-service='DEFAULT_GROUP@@orders']", "3/3");
		browser.click("#switch-on");
		browser.find("#action-plan");
		assertThat(browser.texts("#action-force-field")).containsExactly("");
		browser.confirm("nacos upgrade");
		browser.find("#status[data-enabled='true']");
		browser.find("#action-result");
		browser.click("#action-close");
		browser.awaitText("#sentence", "nacos upgrade");
		keepScreenshot("console-on");
		provider.shutDown();
		server.kill();
		browser.awaitText("#facts", "✖");
		assertThat(application.instances("orders")).isEqualTo(3);
		server.restart();
		await().atMost(SOON).until(() -> application.get("/nacosfailover").contains("\"serverStatus\":\"UP\""));
		assertThat(application.instances("orders")).isEqualTo(3);
		// The server is up and empty.
		browser.click("#switch-off");
		browser.find("#action-plan");
		browser.confirm("upgrade done");
		browser.find("#action-refused");
		browser.find("#action-force");
		assertThat(application.isOn()).isTrue();
		assertThat(application.instances("orders")).isEqualTo(3);
		browser.click("#action-close");
		provider = register(SCRIPT);
		await().atMost(SOON)
			.until(() -> application.get("/nacosfailover/preflight").contains("\"off\":{\"allowed\":true"));
		assertThatChangedMetadataIsText();
		browser.click("#switch-off");
		browser.find("#action-plan");
		browser.confirm("upgrade done");
		browser.find("#status[data-enabled='false']");
		assertThat(application.instances("orders")).isEqualTo(3);
		browser.awaitText("#history", "upgrade done");
		browser.click("#action-close");
	}

	private static void assertThatChangedMetadataIsText() {
		browser.click("#service-rows tr[data-service='DEFAULT_GROUP@@orders'] button");
		browser.awaitText("#comparison td", "note " + IMAGE + " → " + SCRIPT);
		assertThat(browser.count("dialog img, dialog script")).isZero();
		assertThat(browser.run("return window.attacked")).isNull();
		browser.click("#detail-close");
	}

	@Test
	void deadServerIsReplacedByBackupsAndAForcedSwitchIsObeyed() throws Exception {
		server.kill();
		try {
			await().atMost(SOON).until(() -> application.get("/nacosfailover").contains("\"serverStatus\":\"DOWN\""));
			browser.open(application.console());
			browser.find("#facts .bad");
			browser.click("#switch-on");
			browser.find("#action-plan");
			browser.confirm("nacos is dead");
			browser.find("#status[data-enabled='true']");
			assertThat(application.instances("orders")).isEqualTo(3);
			browser.click("#action-close");
			browser.click("#switch-off");
			browser.find("#action-plan");
			browser.confirm("by mistake");
			browser.find("#action-refused");
			assertThat(application.isOn()).isTrue();
			browser.click("#action-force");
			browser.confirm("I know");
			browser.find("#status[data-enabled='false']");
			assertThat(application.isOn()).isFalse();
			assertThat(browser.value("#action-curl")).contains("curl").contains("\"force\"");
		}
		finally {
			server.restart();
			await().atMost(SOON).until(() -> application.get("/nacosfailover").contains("\"serverStatus\":\"UP\""));
			// The client may still be connecting.
			await().atMost(SOON).ignoreException(NacosException.class).until(() -> liveInstances() == 3);
		}
	}

	private static int liveInstances() throws NacosException {
		return application.naming().getAllInstances("orders", false).size();
	}

	@Test
	void whoMayOnlyReadSeesWhyNothingCanBeChanged() {
		try (Application readOnly = Application.start(server.serverAddr(), directory.resolve("read-only"),
				"--management.endpoint.nacosfailover.access=read-only",
				"--management.endpoint.nacosfailoversnapshots.access=read-only")) {
			browser.open(readOnly.console());
			browser.find("#status[data-enabled='false']");
			browser.awaitText("#read-only", "read");
			assertThat(browser.isEnabled("#switch-on")).isFalse();
			assertThat(browser.isEnabled("#take-snapshot")).isFalse();
		}
	}

	private static void keepScreenshot(String name) throws Exception {
		String directory = System.getProperty("screenshots");
		if (directory != null) {
			Files.write(Path.of(directory, name + ".png"), browser.screenshot());
		}
	}

}
