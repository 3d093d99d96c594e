package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** What can be asked for, and how it is sent. */
final class FormIT extends OnThePage {
  @ParameterizedTest
  @CsvSource({"1366, 768", "390, 844", "683, 384"}) // the last is a laptop's at 200 % zoom
  void sendIsAlwaysInSightAndBringsTheRunIntoView(int width, int height) {
    browser.resize(width, height);
    browser.click("#more summary");
    assertTrue(isInSight("#send"), "at the top");
    browser.script("scrollTo(0, document.documentElement.scrollHeight)");
    assertTrue(isInSight("#send"), "at the bottom");
    browser.screenshot("form-%d".formatted(width));

    browser.click("#send");
    browser.await("#status", "succeeded");
    assertTrue(isInSight("#run-title"), "the run");
    assertTrue(isInSight("#send"), "with the run");
  }

  @Test
  void sendIsInSightUnderTheBannerOfTheRealApi() {
    try (Lab real = Lab.start(LabOptions.forTests().apiKey("a-key-that-nobody-uses"))) {
      browser.visit(real.url(), "#/");
      browser.await("#real-api", "costs real money");
      browser.click("#more summary");
      browser.script("scrollTo(0, 0)");
      assertTrue(isInSight("#send"));
      browser.visit("#/");
    }
  }

  /** Whether all of it is in the window, and nothing over it. */
  private static boolean isInSight(String selector) {
    return (boolean)
        browser.script(
            """
            const element = document.querySelector(arguments[0]);
            const { top, bottom, left, right } = element.getBoundingClientRect();
            const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return top >= 0 && bottom <= innerHeight && element.contains(middle);
            """,
            selector);
  }

  @Test
  void whatHasTheFocusOnAPhoneIsNotUnderTheBarWithSend() {
    browser.resize(390, 600);
    browser.click("#more summary");
    browser.find("#metadata").sendKeys(Keys.END);
    browser.script(
        """
        const { bottom } = document.querySelector("#tenant").getBoundingClientRect();
        scrollBy(0, bottom - innerHeight + 10);
        """);
    assertFalse(isInSight("#tenant"));
    browser.focused().sendKeys(Keys.TAB);

    assertEquals("tenant", browser.focused().getDomProperty("id"));
    assertTrue(isInSight("#tenant"));
  }

  @ParameterizedTest
  @CsvSource({"prompt", "model", "id"})
  void controlAndEnterSendFromEveryFieldAndTheFormSaysSo(String field) {
    browser.write("id", "by-keyboard-" + field);
    assertEquals("or Ctrl + Enter", browser.find(".foot .hint").getText());
    browser.find("#" + field).sendKeys(Keys.chord(Keys.CONTROL, Keys.ENTER));

    browser.await("#status", "succeeded");
    browser.await("[aria-label='Answer 1']", "replayed\\\":false");
  }

  @Test
  void everyFieldOfTheModelIsSent() {
    browser.choose("trigger", "direct");
    browser.write("seed", "7");
    browser.write("negative", "people, boats");
    browser.write("metadata", "campaign=spring\nnote=a=b");
    browser.write("tenant", "shop-1");
    browser.select("people", "dont_allow");
    assertEquals(
        "Seed, Negative prompt, People, Metadata, Tenant", browser.find("#more-set").getText());
    browser.await("#seed-why", "Imagen takes no seed with a watermark");
    browser.click("#send");

    browser.await("#status", "succeeded");
    String event = browser.find("[aria-label='Event 1']").getText().replaceAll("\\s+", "");
    assertTrue(
        event.contains(
            """
            "parameters":{"sampleCount":2,"aspectRatio":"1:1","imageSize":"1K",\
            "personGeneration":"dont_allow","negativePrompt":"people,boats","seed":7,\
            "addWatermark":false},"tenant":"shop-1",\
            "metadata":{"campaign":"spring","note":"a=b"}\
            """),
        event);
  }

  @Test
  void whatTheModelDoesNotHaveIsShutWithTheReasonAndNotSent() {
    browser.write("negative", "people");
    browser.write("seed", "7");
    browser.select("model", "gemini-nano-banana-2.1");

    assertFalse(browser.find("#negative").isEnabled());
    browser.await("#negativePrompt-why", "say it in the prompt");
    assertFalse(browser.find("#people").isEnabled());
    browser.await("#personGeneration-why", "does not take it");
    assertFalse(browser.find("#seed").isEnabled());
    browser.await("#seed-why", "for one image only");
    assertEquals("", browser.find("#more-set").getText());
    browser.choose("sampleCount", "1");
    assertTrue(browser.find("#seed").isEnabled());
    assertEquals("Seed", browser.find("#more-set").getText());
    browser.click("#send");

    browser.await("#status", "succeeded");
    String body = browser.find("[aria-label='Request as curl']").getText();
    assertTrue(body.contains("\"seed\":7}"), body);
  }

  @ParameterizedTest
  @CsvSource({"id, no spaces", "metadata, no-value", "seed, -1"})
  void aFieldThatIsWrongIsUnfoldedAndNothingIsSent(String field, String text) {
    browser.write(field, text);
    browser.click("#more summary");
    assertFalse(browser.find("#" + field).isDisplayed());
    browser.click("#send");

    assertTrue(browser.find("#" + field).isDisplayed());
    assertEquals(field, browser.focused().getDomProperty("id"));
    assertEquals("", browser.find("#status").getText());
  }
}
