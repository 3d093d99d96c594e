package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** What a result cost, and the day. */
final class CostIT extends OnThePage {
  @Test
  void theSimulatorIsFreeAndAPriceSaysWhatTheRealApiWouldTake() {
    try (Lab fresh = Lab.start(LabOptions.forTests())) {
      browser.visit(fresh.url(), "#/");
      browser.await("#counts", "waiting");
      assertFalse(browser.find("#today").isDisplayed(), "nothing is made yet");
      browser.click("#send");
      browser.await("#status", "succeeded 2 of 2");
      browser.await("#run .hint", "Free: the simulator made it.");
      browser.await("#today-sum", "Today: 2 images, free");
      var _ =
          fresh
              .function()
              .invoke(
                  """
                  {"prompt":"another","model":"gemini-nano-banana-2.1"}\
                  """);
      browser.await("#today-sum", "Today: 3 images, free");

      browser.click("#today-sum");
      browser.await("#today-made tr:nth-child(1)", "gemini-nano-banana-2.1 1 1302");
      browser.await("#today-made tr:nth-child(2)", "imagen-4.0-generate-001 2 –");
      browser.find("#today-made tr:nth-child(2) input").sendKeys("0.04");
      browser.await("#today-note", "The simulator costs nothing. At your prices: $0.08 and more.");
      browser.find("#today-made tr:nth-child(1) input").sendKeys("0.5");
      browser.await("#today-note", "At your prices: $0.58.");
      browser.reload();
      browser.await("#run .hint", "Free: the simulator made it. At your price: $0.08.");
      browser.visit("#/");
    }
  }

  @Test
  void ofTheRealApiOnlyWhatIsKnownIsSaid() {
    try (Lab real = Lab.start(LabOptions.forTests().apiKey(Lab.API_KEY))) {
      result(real, "paid", "imagen-4.0-generate-001", "yes", 2);
      result(real, "not-paid", "imagen-4.0-generate-001", "no", 0);
      result(real, "unknown", "imagen-4.0-generate-001", "maybe", 0);
      browser.visit(real.url(), "#/result/paid");
      browser.await("#today-sum", text -> text.equals("Today: 2 images"));
      assertEquals("", costOf("paid", real));
      assertEquals("Nothing was charged.", costOf("not-paid", real));
      assertEquals("It may have been charged, though there is no image.", costOf("unknown", real));

      browser.click("#today-sum");
      browser.await("#today-note", "1 request without an image may have been charged too.");
      browser.find("#today-made input").sendKeys("0.04");
      browser.await("#today-sum", "Today: 2 images, $0.08");
      assertEquals("At your price: $0.08.", costOf("paid", real));
      browser.visit("#/");
    }
  }

  private static String costOf(String id, Lab real) {
    browser.visit(real.url(), "#/result/" + id);
    browser.await("#today-sum", "Today: ");
    browser.await("#result", id);
    return (String) browser.script("return document.querySelector('.again .hint').textContent");
  }

  /** Stored as the function would, because nobody pays for a test. */
  private static void result(Lab lab, String id, String model, String charged, int images) {
    String image =
        """
        {"s3Uri":"s3://images/images/x/0.png","mimeType":"image/png","bytes":1,"width":1,"height":1,
        "sha256":"0"}\
        """;
    String result =
        """
        {"id":"%s","status":"failed","model":"%s","requested":2,"images":[%s],"filtered":[],
        "charged":"%s","createdAt":"%s","durationMs":1,"attempts":1}\
        """
            .formatted(
                id,
                model,
                String.join(",", Collections.nCopies(images, image)),
                charged,
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.OUTPUT_BUCKET).key("images/%s/result.json".formatted(id)),
            RequestBody.fromString(result));
  }

  @Test
  void whatWasMadeBeforeTheLabBeganOrBeforeTheDayIsNotCounted() {
    result(lab, "of-old", "an-old-model", "yes", 1);
    assertTrue(made("").contains("an-old-model"));
    assertFalse(made("?since=2999-01-01T00:00:00Z").contains("an-old-model"));
    assertTrue(made("?since=yesterday").contains("an-old-model"));
    assertTrue(made("?since=1999-01-01T00:00:00Z").contains("an-old-model"));
  }

  private static String made(String query) {
    return (String)
        browser.script(
            "return fetch(arguments[0]).then(answer => answer.text())", "/lab/made" + query);
  }
}
