package io.github.nacosfailover.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The browser of the machine, without a window.
 */
public final class Browser implements AutoCloseable {

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
	public static Browser start(Path profile) {
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

	public void open(String url) {
		this.driver.get(url);
	}

	/** Wait until there is an element that is displayed. */
	public WebElement find(String selector) {
		return await().until((driver) -> {
			WebElement found = driver.findElement(By.cssSelector(selector));
			return found.isDisplayed() ? found : null;
		});
	}

	public void click(String selector) {
		await().until((driver) -> {
			driver.findElement(By.cssSelector(selector)).click();
			return true;
		});
	}

	public void type(String selector, String text) {
		find(selector).sendKeys(text);
	}

	public void clear(String selector) {
		find(selector).sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
	}

	/** Fill in what every change of the console needs, and send it. */
	public void confirm(String reason) {
		clear("#action-reason");
		type("#action-reason", reason);
		clear("#action-confirm");
		type("#action-confirm", "public");
		click("#action-submit");
	}

	/** Press keys where the focus is. */
	public void press(CharSequence keys) {
		new Actions(this.driver).sendKeys(keys).perform();
	}

	/** Press the tabulator until an element has the focus. */
	public void tabTo(String selector) {
		for (int i = 0; i < 50; i++) {
			if (Boolean.TRUE.equals(run("return document.activeElement.matches(\"" + selector + "\")"))) {
				return;
			}
			press(Keys.TAB);
		}
		throw new AssertionError("The tabulator does not lead to " + selector);
	}

	public void choose(String selector, String value) {
		new Select(find(selector)).selectByValue(value);
	}

	public String attribute(String selector, String name) {
		return await().until((driver) -> driver.findElement(By.cssSelector(selector)).getDomAttribute(name));
	}

	public String value(String selector) {
		return await().until((driver) -> driver.findElement(By.cssSelector(selector)).getDomProperty("value"));
	}

	public boolean isEnabled(String selector) {
		return find(selector).isEnabled();
	}

	public int count(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).size();
	}

	/** Open a page in a window of its own, and return the window before it. */
	public String openWindow(String url) {
		String before = this.driver.getWindowHandle();
		this.driver.switchTo().newWindow(WindowType.WINDOW);
		open(url);
		return before;
	}

	public void closeWindowAndReturnTo(String window) {
		this.driver.close();
		this.driver.switchTo().window(window);
	}

	public void awaitText(String selector, String... texts) {
		await().withMessage(() -> List.of(texts) + " in " + texts(selector))
			.until((driver) -> texts(selector).stream().anyMatch((it) -> Stream.of(texts).anyMatch(it::contains)));
	}

	public void awaitCount(String selector, int count) {
		await().withMessage(() -> count + " times " + selector + ": " + texts(selector))
			.until((driver) -> driver.findElements(By.cssSelector(selector)).size() == count);
	}

	public List<String> texts(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
	}

	public Object run(String script) {
		return this.driver.executeScript(script);
	}

	public byte[] screenshot() {
		return this.driver.getScreenshotAs(OutputType.BYTES);
	}

	private WebDriverWait await() {
		WebDriverWait wait = new WebDriverWait(this.driver, Duration.ofSeconds(60), Duration.ofMillis(100));
		wait.ignoreAll(List.of(StaleElementReferenceException.class, ElementNotInteractableException.class,
				NoSuchElementException.class));
		return wait;
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
