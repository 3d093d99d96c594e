package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The machine's own Chromium on a page; the test is skipped where there is none. */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path SCREENSHOTS = Path.of("target", "page");

  /** It would say that it lacks the types of this Chromium's DevTools, which nobody uses. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;
  private final URI lab;
  private final String firstTab;

  private Browser(ChromeDriver driver, URI lab) {
    this.driver = driver;
    this.lab = lab;
    this.firstTab = driver.getWindowHandle();
  }

  public static Browser open(URI lab) {
    Optional<Path> chromium = installed("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = installed("chromedriver");
    assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "no chromium with a chromedriver is installed: the page is not tested");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // it would not start as root, and opens nothing but the lab
        "--hide-scrollbars", // as on a phone
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    Browser browser = new Browser(new ChromeDriver(service, options), lab);
    browser.driver.manage().timeouts().pageLoadTimeout(PATIENCE);
    browser.resize(1360, 1000);
    return browser;
  }

  private static Optional<Path> installed(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(":", -1)).map(each -> Path.of(each, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a view by its address, such as {@code #/gallery}, as if for the first time. */
  public void visit(String hash) {
    visit(lab, hash);
  }

  /** As {@link #visit(String)}, of another lab. */
  public void visit(URI other, String hash) {
    leave();
    driver.get(other.resolve("/") + hash);
  }

  /** Leaves the page, which then asks the lab for nothing. */
  void leave() {
    driver.get("about:blank");
  }

  void reload() {
    driver.navigate().refresh();
  }

  void back() {
    driver.navigate().back();
  }

  /** Opens a view in another tab, which hides this one. */
  void visitInAnotherTab(String hash) {
    driver.switchTo().newWindow(WindowType.TAB);
    bringToFront();
    visit(hash);
  }

  /** Closes every tab but the first, which is seen again. */
  void closeOtherTabs() {
    for (String tab : driver.getWindowHandles()) {
      if (!tab.equals(firstTab)) {
        driver.switchTo().window(tab).close();
      }
    }
    driver.switchTo().window(firstTab);
    bringToFront();
  }

  private void bringToFront() {
    driver.executeCdpCommand("Page.bringToFront", Map.of());
  }

  static By css(String selector) {
    return By.cssSelector(selector);
  }

  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** As whoever uses it would, when the browser asks. */
  void allowClipboard() {
    driver.executeCdpCommand(
        "Browser.grantPermissions",
        Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
  }

  /** What the system prefers: {@code light} or {@code dark}. */
  void prefer(String colours) {
    prefer(Map.of("prefers-color-scheme", colours));
  }

  /** What the system prefers, by the names of media features. */
  void prefer(Map<String, String> features) {
    List<Map<String, String>> all =
        features.entrySet().stream()
            .map(each -> Map.of("name", each.getKey(), "value", each.getValue()))
            .toList();
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", all));
  }

  /** Waits until there is such an element. */
  WebElement find(String selector) {
    return wait(selector).until(_ -> driver.findElement(By.cssSelector(selector)));
  }

  List<WebElement> findAll(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** Where the keyboard is. */
  WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** Chooses one of the radio buttons that look like a row of buttons. */
  void choose(String name, String value) {
    click("input[name='%s'][value='%s']".formatted(name, value));
  }

  void select(String id, String value) {
    new Select(unfolded(id))
        .getOptions().stream()
            .filter(option -> value.equals(option.getDomProperty("value")))
            .forEach(WebElement::click);
  }

  public void write(String id, String text) {
    WebElement field = unfolded(id);
    field.clear();
    field.sendKeys(text);
  }

  /** A field, which may have been folded away. */
  private WebElement unfolded(String id) {
    for (WebElement summary : findAll("details:not([open]):has(#%s) > summary".formatted(id))) {
      click(summary);
    }
    return find("#" + id);
  }

  /** Gives a file to a field for files. */
  void upload(String id, Path file) {
    find("#" + id).sendKeys(file.toString());
  }

  /** Drops a file onto an element. */
  void drop(String selector, String name, String content) {
    script(
        """
        const dropped = new DataTransfer();
        dropped.items.add(new File([arguments[2]], arguments[1]));
        document.querySelector(arguments[0]).dispatchEvent(
          new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        """,
        selector,
        name,
        content);
  }

  /** Clicks on what starts a download, and waits for its only file in an empty directory. */
  Path download(String selector, Path directory) {
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", directory.toString()));
    click(selector);
    return wait("a file from " + selector)
        .<@Nullable Path>until(_ -> {
          String[] files = directory.toFile().list((in, name) -> !name.endsWith(".crdownload"));
          return files == null || files.length == 0 ? null : directory.resolve(files[0]);
        });
  }

  String value(String id) {
    return Objects.requireNonNullElse(find("#" + id).getDomProperty("value"), "");
  }

  /** Waits until there is such an element, and clicks on it, or on the one that replaced it. */
  public void click(String selector) {
    var _ =
        wait(selector)
            .until(_ -> {
              click(driver.findElement(By.cssSelector(selector)));
              return true;
            });
  }

  /** Scrolls first to where no bar is over it, which the driver does not. */
  private void click(WebElement element) {
    script("arguments[0].scrollIntoView({ block: 'center' })", element);
    element.click();
  }

  /** Waits until an element's text is as wanted, and returns it. */
  String await(String selector, Predicate<String> wanted) {
    return wait(selector)
        .<@Nullable String>until(_ ->
            findAll(selector).stream()
                .map(WebElement::getText)
                .filter(wanted)
                .findFirst()
                .orElse(null));
  }

  public String await(String selector, String text) {
    return await(selector, each -> each.contains(text));
  }

  /** Waits until the view's address, such as {@code #/gallery}, is as wanted, and returns it. */
  String awaitAddress(Predicate<String> wanted) {
    return wait("the address")
        .<@Nullable String>until(_ -> {
          String address = script("return location.hash").toString();
          return wanted.test(address) ? address : null;
        });
  }

  /** Waits until there are so many elements. */
  public List<WebElement> awaitCount(String selector, int count) {
    return wait(count + " of " + selector)
        .<@Nullable List<WebElement>>until(_ -> {
          List<WebElement> found = findAll(selector);
          return found.size() == count ? found : null;
        });
  }

  /** Waits until so many images have been loaded and decoded. */
  public void awaitImages(String selector, int count) {
    String loaded =
        "return [...document.querySelectorAll(arguments[0])]"
            + ".filter(image => image.complete && image.naturalWidth > 0).length";
    var _ =
        wait(count + " loaded " + selector)
            .until(_ -> script(loaded, selector).equals((long) count));
  }

  private WebDriverWait wait(String what) {
    WebDriverWait wait = new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50));
    wait.ignoring(StaleElementReferenceException.class).withMessage(what);
    return wait;
  }

  Object script(String script, Object... arguments) {
    return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
  }

  /**
   * What the browser complained about: scripts that failed, what the policy kept out, files that
   * are not there; but not that a request for images was refused.
   */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.startsWith(lab + "/images - Failed to load resource"))
        .toList();
  }

  /**
   * Keeps what is to be seen in {@code target/page/}. README's pictures in {@code src/lab} are
   * copies: {@code screenshot.png} of {@code run-light-1360.png}, {@code gallery.png} of {@code
   * gallery-1366.png}, {@code pace.png} of {@code pace-1366.png}.
   */
  void screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
