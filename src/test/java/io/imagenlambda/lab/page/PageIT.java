package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lab's page in a real browser, on the packaged function. */
final class PageIT {
  private static Lab lab;
  private static Browser browser;

  @BeforeAll
  static void open() {
    lab =
        Lab.start(
            LabOptions.forTests()
                .concurrency(2)
                .triggers(TriggerOptions.ON.failedAgainAfter(Duration.ZERO)));
    browser = Browser.open(lab.url());
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
    browser.visit("#/");
  }

  @AfterEach
  void theBrowserHadNothingToComplainAbout() {
    assertEquals(List.of(), browser.complaints());
  }

  @ParameterizedTest
  @CsvSource({
    "http, rawPath",
    "later, respond-async",
    "sqs, aws:sqs",
    "json, ObjectCreated:Put",
    "schedule, Scheduled Event",
    "direct, prompt",
  })
  void everyTriggerEndsInTheImagesTheTimelineTheEventAndTheAnswer(String trigger, String inEvent) {
    browser.choose("trigger", trigger);
    browser.click("#send");

    browser.await("#status", "succeeded 2 of 2 images");
    browser.awaitImages(".frame img", 2);
    assertEquals(2, browser.findAll("#run figcaption a[href*='X-Amz-Signature']").size());
    browser.await(".waterfall .what", "Claim");
    browser.await(".waterfall .what", "Predict call");
    browser.await(".waterfall .what", "0.png stored");
    browser.await(".waterfall .what", "Result stored");
    browser.await(".exchanges pre", inEvent);
  }
}
