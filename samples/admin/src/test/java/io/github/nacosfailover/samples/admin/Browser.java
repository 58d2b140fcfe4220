package io.github.nacosfailover.samples.admin;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The browser of the machine, without a window.
 */
final class Browser implements AutoCloseable {

	private static final Path BINARY = Path.of("/usr/bin/chromium");

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	/**
	 * Start the browser. Without one the test is skipped.
	 * @param profile a directory for what the browser writes
	 * @return the browser
	 */
	static Browser start(Path profile) {
		if (!Files.isExecutable(BINARY) || !Files.isExecutable(DRIVER)) {
			String message = "Skipped: " + BINARY + " and " + DRIVER
					+ " are not on this machine; install the packages chromium and chromium-driver";
			// Maven prints how many tests were skipped, but not why.
			System.out.println(message);
			Assumptions.abort(message);
		}
		ChromeOptions options = new ChromeOptions();
		options.setBinary(BINARY.toFile());
		options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en",
				"--accept-lang=en", "--window-size=1280,820", "--user-data-dir=" + profile);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile())
			.usingAnyFreePort()
			.withLogFile(new File(profile.getParent().toFile(), "chromedriver.log"))
			.build();
		return new Browser(new ChromeDriver(service, options));
	}

	void open(String url) {
		this.driver.get(url);
	}

	/** Waits until there is an element that is displayed. */
	WebElement find(String selector) {
		return await().until((driver) -> {
			WebElement found = driver.findElement(By.cssSelector(selector));
			return found.isDisplayed() ? found : null;
		});
	}

	void click(String selector) {
		await().until((driver) -> {
			driver.findElement(By.cssSelector(selector)).click();
			return true;
		});
	}

	void type(String selector, String text) {
		find(selector).sendKeys(text);
	}

	void awaitText(String selector, String text) {
		await().withMessage(() -> "'" + text + "' in " + texts(selector))
			.until((driver) -> texts(selector).stream().anyMatch((it) -> it.contains(text)));
	}

	void awaitCount(String selector, int count) {
		await().withMessage(() -> count + " times " + selector + ": " + texts(selector))
			.until((driver) -> driver.findElements(By.cssSelector(selector)).size() == count);
	}

	List<String> texts(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	Object run(String script) {
		return this.driver.executeScript(script);
	}

	byte[] screenshot() {
		return this.driver.getScreenshotAs(OutputType.BYTES);
	}

	private WebDriverWait await() {
		WebDriverWait wait = new WebDriverWait(this.driver, Duration.ofSeconds(60), Duration.ofMillis(100));
		wait.ignoring(StaleElementReferenceException.class, ElementClickInterceptedException.class);
		return wait;
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
