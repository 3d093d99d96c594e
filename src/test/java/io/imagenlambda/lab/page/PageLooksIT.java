package io.imagenlambda.lab.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** That everybody can read and use the lab's page: colours, widths, keyboard, screen readers. */
@OnceForBothForms
final class PageLooksIT {
  private static Lab lab;
  private static Browser browser;

  @BeforeAll
  static void open() {
    lab = Lab.start(LabOptions.forTests().triggers(TriggerOptions.ON));
    browser = Browser.open(lab.url());
    String request = "{\"id\":\"to-look-at\",\"prompt\":\"a lighthouse in fog\"}";
    var _ = lab.function().invoke(request);
    letter("{\"id\":\"to-mourn\",\"prompt\":\"a shipwreck\"}");
  }

  private static void letter(String body) {
    var _ =
        lab.sqs()
            .sendMessage(send ->
                send.queueUrl(lab.queueUrl("requests-dlq").toString())
                    .messageBody(body)
                    .messageAttributes(Map.of("DeadReason", attribute("it is no request"))));
  }

  private static MessageAttributeValue attribute(String text) {
    return MessageAttributeValue.builder().dataType("String").stringValue(text).build();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    lab.close();
  }

  @BeforeEach
  void startAnew() {
    browser.resize(1360, 1000);
    browser.prefer("light");
    browser.visit("#/");
  }

  @ParameterizedTest
  @CsvSource({
    "light, 1360, 1000",
    "dark, 1360, 1000",
    "light, 390, 1000",
    "dark, 390, 1000",
    "light, 683, 384", // a laptop's window at 200 % zoom
  })
  void axeFindsNothingOnAnyViewAndNothingIsWiderThanTheWindow(String colours, int width, int height)
      throws Exception {
    browser.prefer(colours);
    browser.resize(width, height);
    browser.choose("aspectRatio", "4:3");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.awaitImages(".frame img", 2);
    check("run-%s-%d".formatted(colours, width));

    browser.click(".frame .open");
    browser.click("#viewer summary");
    browser.awaitImages("#viewer img", 1);
    check("viewer-%s-%d".formatted(colours, width));
    browser.click("#viewer-compare");
    browser.click("#viewer-actual");
    browser.awaitImages("#viewer img", 2);
    check("compare-%s-%d".formatted(colours, width));
    browser.focused().sendKeys(Keys.ESCAPE);

    browser.await("#today-sum", "Today: ");
    browser.click("#today-sum");
    browser.click("#earlier summary");
    check("today-%s-%d".formatted(colours, width));
    browser.click("#today-sum");

    browser.write("prompt", "a slow one");
    browser.select("fault", "slow=3000");
    browser.click("#send");
    browser.await("#status", "running");
    check("running-%s-%d".formatted(colours, width));
    browser.await("#status", "succeeded");
    browser.select("fault", "");

    browser.choose("trigger", "jsonl");
    browser.write("prompt", "one\n[fault:all-filtered] two");
    browser.click("#send");
    browser.await("#status", "done");
    check("batch-%s-%d".formatted(colours, width));

    browser.drop("#prompt-field", "wrong.jsonl", "{\"prompt\":\"one\"}\nnothing");
    browser.await("#file-why", "Line 2: ");
    browser.click("#pace-table summary");
    check("wrong-file-%s-%d".formatted(colours, width));

    browser.drop("#prompt-field", "right.jsonl", "{\"prompt\":\"one\"}");
    browser.await("#file-hint", "right.jsonl: 1 request");
    check("file-%s-%d".formatted(colours, width));

    browser.visit("#/gallery");
    browser.await("#cards", "a lighthouse in fog");
    browser.await("#cards .dead .why", "it is no request");
    check("gallery-%s-%d".formatted(colours, width));

    browser.visit("#/result/to-look-at");
    browser.awaitImages("#result img", 4);
    check("result-%s-%d".formatted(colours, width));

    browser.visit("#/nothing-" + "x".repeat(100));
    browser.await("#nowhere-title", "There is nothing here");
    check("nowhere-%s-%d".formatted(colours, width));
  }

  @Test
  void theGalleryAndThePaceAreSeenAtOnceOnASmallLaptop() {
    List<String> prompts =
        List.of("a heron", "a harbour", "a pier", "a dune", "a lighthouse", "a cove", "a reef");
    browser.resize(1366, 768);
    browser.awaitCount("#quotas input", 5);
    browser.choose("quota", "30");
    browser.await("#quota-hint", "30 may come at once");
    for (int each = 0; each < 70; each++) {
      String prompt = prompts.get(each % prompts.size());
      var _ =
          lab.queue()
              .send(
                  "{\"id\":\"coast-%d\",\"prompt\":\"%s, %d\",\"parameters\":{\"sampleCount\":1}}"
                      .formatted(each, prompt, each));
    }
    browser.await("#refused-count", text -> Integer.parseInt(text) > 9);
    browser.await("#made-count", text -> Integer.parseInt(text) > 33);
    browser.script("document.getElementById('pace').scrollIntoView()");
    assertIsSeen("#pace");
    browser.screenshot("pace-1366");
    browser.choose("quota", "0");

    browser.visit("#/gallery");
    browser.awaitImages("#cards li:first-child img", 1);
    assertIsSeen("#filters");
    assertIsSeen("#cards li:first-child");
    browser.script("document.getAnimations().forEach(each => each.finish())");
    browser.screenshot("gallery-1366");
  }

  private static void assertIsSeen(String selector) {
    assertEquals(
        true,
        browser.script(
            """
            const { top, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
            return top > -1 && bottom < innerHeight + 1;
            """,
            selector),
        selector);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void axeFindsNothingWhenTheLabIsGone(String colours) throws Exception {
    browser.prefer(colours);
    try (Lab gone = Lab.start(LabOptions.forTests())) {
      browser.visit(gone.url(), "#/");
      browser.await("#counts", "waiting");
    }
    browser.await("#gone", "does not answer");
    check("gone-" + colours);
  }

  private static void check(String name) throws Exception {
    browser.script("scrollTo(0, 0)");
    browser.script("document.querySelector('#request .fields').scrollTo(0, 0)");
    browser.script(
        """
        for (const each of document.getAnimations()) {
          if (each.effect.getComputedTiming().iterations === Infinity) each.cancel();
          else each.finish();
        }
        """);
    browser.screenshot(name);
    assertEquals(List.of(), violations(), name);
    assertEquals(
        browser.script("return document.documentElement.clientWidth"),
        browser.script("return document.documentElement.scrollWidth"),
        name + " can be scrolled sideways");
  }

  private static Object violations() throws Exception {
    try (InputStream axe =
        Objects.requireNonNull(PageLooksIT.class.getResourceAsStream("/axe.min.js"))) {
      browser.script(new String(axe.readAllBytes(), UTF_8));
    }
    return browser.script(
        """
        return axe.run().then(found => found.violations.map(
          violation => `${violation.id}: ${violation.nodes.map(node => node.target).join(", ")}`));
        """);
  }

  @Test
  void theColoursFollowTheSystemUntilOneIsChosen() {
    String light = background();
    browser.prefer("dark");
    String dark = background();
    assertNotEquals(light, dark);

    browser.click("#theme");
    assertEquals("Theme: light", browser.find("#theme").getText());
    assertEquals(light, background());
    browser.visit("#/");
    assertEquals(light, background(), "the choice is kept");
    browser.click("#theme");
    browser.prefer("light");
    assertEquals(dark, background());
    browser.click("#theme");
    assertEquals("Theme: system", browser.find("#theme").getText());
  }

  private static String background() {
    return (String) browser.script("return getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void everythingCanBeDoneWithTheKeyboard() {
    browser.focused().sendKeys(Keys.TAB);
    assertEquals("Skip to the content", browser.focused().getText());
    browser.find("#prompt").sendKeys(" and rain", Keys.TAB, Keys.TAB);
    browser.focused().sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertEquals("sqs", browser.focused().getDomProperty("value"));
    assertNotEquals(
        "none",
        browser.script(
            "return getComputedStyle(document.activeElement.nextElementSibling).outlineStyle"));
    browser.focused().sendKeys(Keys.TAB, Keys.chord(Keys.SHIFT, Keys.TAB), Keys.ENTER);

    browser.await("#run-title", "a lighthouse in fog and rain");
    browser.await("#status", "succeeded 2 of 2 images");
    browser.await("#log", "requests: a message is done");
  }

  @Test
  void whoSkipsToTheContentStaysInTheView() {
    browser.visit("#/gallery");
    browser.await("#gallery-title", "Gallery");
    browser.focused().sendKeys(Keys.TAB);
    browser.focused().sendKeys(Keys.ENTER);

    assertEquals("main", browser.focused().getDomProperty("id"));
    assertTrue(browser.find("#gallery").isDisplayed());
  }

  @ParameterizedTest
  @CsvSource({"#status, status", "#gone, alert", "#found, status", ".log, log"})
  void whatChangesIsReadAloud(String selector, String role) {
    assertEquals(role, browser.find(selector).getDomAttribute("role"));
  }
}
