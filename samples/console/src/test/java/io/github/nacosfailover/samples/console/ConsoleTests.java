package io.github.nacosfailover.samples.console;

import java.nio.file.Path;

import io.github.nacosfailover.browser.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What people do with the console, and what it must not let happen to them. There is no
 * Nacos server: backups are all that there is.
 */
class ConsoleTests {

	private static final int SERVICES = 10_000;

	private static final String SCRIPT = "<img src=x onerror=window.attacked=1><script>window.attacked=1</script>";

	@TempDir
	static Path directory;

	private static Browser browser;

	private static Application application;

	@BeforeAll
	static void start() throws Exception {
		browser = Browser.start(directory.resolve("browser"));
		Path failover = directory.resolve("failover");
		for (int i = 0; i < SERVICES; i++) {
			Application.writeBackup(failover, "service-%05d".formatted(i));
		}
		Application.writeBackup(failover, "<img src=x onerror=window.attacked=1>");
		application = Application.start("127.0.0.1:1", failover);
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void open() {
		application.post("{\"enabled\": false, \"force\": true}");
		browser.open(application.console());
		browser.find("#status[data-enabled='false']");
	}

	@Test
	void tenThousandServicesAreSearchedAndSorted() {
		browser.awaitText("#service-count", "%,d".formatted(SERVICES + 1).replace(",", ""), "10,001");
		assertThat(browser.count("#service-rows tr[data-service]")).isBetween(5, 100);
		browser.type("#search", "SERVICE-09999");
		browser.find("#service-rows tr[data-service='DEFAULT_GROUP@@service-09999']");
		browser.awaitCount("#service-rows tr[data-service]", 1);
		browser.clear("#search");
		browser.click("button[data-sort='name']");
		browser.find("#service-rows tr[data-service='DEFAULT_GROUP@@service-09999']");
		browser.run("document.getElementById('service-scroll').scrollTop = 1e9");
		browser.find("#service-rows tr[data-service='DEFAULT_GROUP@@service-00000']");
	}

	@Test
	void keyboardIsEnough() {
		browser.tabTo("#switch-on");
		browser.press(Keys.ENTER);
		browser.find("#action-plan");
		browser.tabTo("#action-reason");
		browser.press("with the keyboard");
		browser.tabTo("#action-confirm");
		browser.press("public");
		browser.press(Keys.ENTER);
		browser.find("#status[data-enabled='true']");
		browser.find("#action-result");
		browser.press(Keys.ESCAPE);
		browser.awaitText("#sentence", "with the keyboard");
		await().until(() -> "switch-off".equals(browser.run("return document.activeElement.id")));
	}

	@Test
	void changeMeanwhileIsShownBeforeAnythingIsDone() {
		browser.click("#switch-on");
		String plan = browser.attribute("#action-plan", "data-plan");
		// The page does not ask for what has changed.
		browser.run("Object.defineProperty(document, 'hidden', { value: true })");
		application.post("{\"enabled\": true, \"service\": \"service-00001\", \"force\": true}");
		browser.confirm("of an old plan");
		await().until(() -> !plan.equals(browser.attribute("#action-plan", "data-plan")));
		assertThat(application.isOn()).isFalse();
		browser.confirm("of the new plan");
		browser.find("#status[data-enabled='true']");
		application.post("{\"enabled\": null, \"service\": \"service-00001\", \"force\": true}");
	}

	@Test
	void namesAndReasonsAreText() {
		application.post("{\"enabled\": true, \"force\": true, \"reason\": \"%s\"}".formatted(SCRIPT));
		browser.awaitText("#sentence", SCRIPT);
		browser.awaitText("#history", SCRIPT);
		browser.type("#search", "onerror");
		browser.awaitCount("#service-rows tr[data-service]", 1);
		browser.click("#service-rows tr[data-service] button");
		browser.find("#comparison");
		browser.awaitText("#detail-title", "onerror");
		browser.click("#detail-close");
		assertThat(browser.count("#main img, #main script, dialog img, dialog script")).isZero();
		assertThat(browser.run("return window.attacked")).isNull();
	}

	@Test
	void twoOperatorsSeeEachOthersChanges() {
		String first = browser.openWindow(application.console());
		browser.find("#status[data-enabled='false']");
		browser.click("#switch-on");
		browser.find("#action-plan");
		browser.confirm("the other operator");
		browser.find("#status[data-enabled='true']");
		browser.closeWindowAndReturnTo(first);
		browser.awaitText("#sentence", "the other operator");
		browser.find("#status[data-enabled='true']");
	}

	@Test
	void chineseIsALanguageOfThePage() {
		String english = browser.texts("#switch-on").get(0);
		browser.choose("#language", "zh");
		await().until(() -> !browser.texts("#switch-on").get(0).equals(english));
		assertThat(browser.texts("#switch-on").get(0)).matches(".*\\p{IsHan}.*");
		assertThat(browser.attribute("html", "lang")).startsWith("zh");
		browser.choose("#language", "en");
		browser.awaitText("#switch-on", english);
	}

}
