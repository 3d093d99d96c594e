package io.imagenlambda.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.http.LabServer;
import io.imagenlambda.lab.page.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of {@code deploy/clients} in a real browser, from another origin than the API's. */
@OnceForBothForms
final class SamplePageIT {
  private static final String KEY = "key-of-a-visitor-1";

  private static LabServer site;
  private static LabServer strangeSite;
  private static Lab lab;
  private static Browser browser;

  @BeforeAll
  static void open() throws IOException {
    byte[] page = Files.readAllBytes(Path.of("deploy", "clients", "browser.html"));
    site = LabServer.start("site", 0, call -> LabServer.answer(call, 200, "text/html", page));
    strangeSite =
        LabServer.start("site", 0, call -> LabServer.answer(call, 200, "text/html", page));
    lab =
        Lab.start(
            LabOptions.forTests()
                .concurrency(3)
                .timeout(Duration.ofSeconds(20))
                .env("IMAGEN_TIMEOUT", "10s")
                .env("IMAGEN_HTTP_PATIENCE", "1s")
                .corsOrigins(site.url().toString())
                .clientKeys(KEY));
    browser = Browser.open(site.url());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    lab.close();
    strangeSite.close();
    site.close();
  }

  @BeforeEach
  void startAnew() {
    lab.predict().journal().clear();
    browser.visit("");
  }

  private static void send(String key, String prompt) {
    browser.write("api", lab.url() + "/images");
    browser.write("key", key);
    browser.write("prompt", prompt);
    browser.click("#send");
  }

  private static int calls() {
    return lab.predict().journal().calls().size();
  }

  @Test
  void anImageIsShown() {
    send(KEY, "a pier");

    browser.await("#status", "succeeded");
    browser.awaitImages("#images img", 1);
    assertEquals(1, calls());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anImageThatTakesLongIsAskedForUntilItIsThere() {
    send(KEY, "[fault:slow=3000] a pier");

    browser.await("#status", "in_progress");
    browser.await("#status", "succeeded");
    browser.awaitImages("#images img", 1);
    assertEquals(1, calls());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aFaultIsShownInItsWords() {
    send(KEY, " ");

    browser.await("#status", "#/prompt: ");
    browser.awaitCount("#images img", 0);
    assertEquals(0, calls());
    assertComplaints("status of 400");
  }

  @Test
  void whoseKeyIsNotKnownIsToldSo() {
    send("key-of-nobody-at-all", "a pier");

    browser.await("#status", "the key is not known here");
    browser.awaitCount("#images img", 0);
    assertEquals(0, calls());
    assertComplaints("status of 401");
  }

  @Test
  void aPageOfAnotherOriginReadsNothing() {
    browser.visit(strangeSite.url(), "");
    send(KEY, "a pier");

    browser.await("#status", "CorsOrigins");
    assertEquals(0, calls());
    assertComplaints("CORS policy");
  }

  /** The browser notes what was refused, and nothing else is wrong. */
  private static void assertComplaints(String words) {
    List<String> complaints = browser.complaints();
    assertTrue(complaints.stream().anyMatch(each -> each.contains(words)), complaints::toString);
  }
}
