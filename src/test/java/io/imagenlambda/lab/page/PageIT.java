package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WebElement;

/** The lab's page in a real browser, on the packaged function. */
final class PageIT extends OnThePage {
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
    browser.awaitCount("#run figcaption a[href*='X-Amz-Signature']", 2);
    String image = trigger.equals("later") ? "0-2.png" : "0.png"; // it was claimed for the queue
    for (String what : List.of("Function", "Claim", "Predict call", image, "Result stored")) {
      browser.await(".waterfall .what", what);
    }
    browser.await("[aria-label='Event 1']", inEvent);
    browser.await("[aria-label='Answer 1']", text -> text.length() > 1);
  }

  @Test
  void howeverManyTabsAreOpenEachLoadsAndHearsWhatItMissedWhileItWasHidden() {
    browser.choose("trigger", "sqs");
    browser.select("fault", "slow=3000");
    browser.click("#send");
    browser.await("#status", "running");
    for (int others = 0; others < 7; others++) {
      browser.visitInAnotherTab("#/");
      browser.await("#counts", "waiting");
    }
    lab.queue().awaitEmpty(Duration.ofSeconds(20));

    browser.closeOtherTabs();
    browser.await("#status", "succeeded 2 of 2 images");
    browser.await(".waterfall .what", "Result stored");
    browser.await(".waterfall .what", "Message deleted");
  }

  @Test
  void aRunHasAnAddressThatShowsItAfterAReloadTheWayBackAndARunInAnotherTab() {
    browser.write("prompt", "the first of three");
    browser.write("id", "run-1");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.write("prompt", "the second of three");
    browser.write("id", "run-2");
    browser.select("fault", "429=1");
    browser.select("model", "imagen-4.0-ultra-generate-001");
    browser.click("#send");
    browser.await("#status", "failed with status 429");

    browser.reload();
    browser.await("#run-title", "the second of three");
    browser.await("#status", "failed with status 429");
    browser.await(".waterfall .what", "Function");

    browser.back();
    assertIsTheFirst();
    browser.visitInAnotherTab("#/");
    browser.write("prompt", "the third of three");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.visit("#/run/run-1");
    assertIsTheFirst();
    browser.closeOtherTabs();
    assertIsTheFirst();
    browser.visit("#/run/nobody-sent-it");
    browser.await("#result-title", "No such result");
    assertEquals(1, browser.complaints().size(), "that there is no such result");
  }

  private static void assertIsTheFirst() {
    browser.await("#run-title", "the first of three");
    browser.await("#status", "succeeded 2 of 2 images");
    browser.awaitImages(".frame img", 2);
    for (String what : List.of("Sent", "Function", "Claim", "Predict call", "Result stored")) {
      browser.await(".waterfall .what", what);
    }
    browser.await("[aria-label='Answer 1']", "run-1");
    browser.awaitCount(".exchanges details", 1);
  }

  @Test
  void whatOthersAskForWithTheSamePromptOrASimilarIdIsNotInTheTimeline() {
    browser.write("prompt", "a prompt of many");
    browser.write("id", "mine");
    browser.select("fault", "slow=3000");
    browser.click("#send");
    browser.await(".waterfall .what", "Predict call");
    for (String id : List.of("others", "mine-1", "mine.too")) {
      String fault = id.equals("others") ? "[fault:slow=3000] " : "";
      var _ =
          lab.function()
              .invoke("{\"id\":\"%s\",\"prompt\":\"%sa prompt of many\"}".formatted(id, fault));
    }
    var _ = lab.function().invoke("{\"id\":\"last-of-all\",\"prompt\":\"mine\"}");

    browser.await("#log", "images/last-of-all/result.json");
    browser.await("#status", "succeeded 2 of 2 images");
    assertEquals(1, rows("Predict call"));
    assertEquals(1, rows("Claim"));
    assertEquals(1, rows("Function"));
    browser.awaitCount(".exchanges details", 1);
  }

  private static long rows(String what) {
    return browser.findAll(".waterfall .what").stream()
        .filter(row -> row.getText().equals(what))
        .count();
  }

  @Test
  void aRequestThatComesAgainStartsATimelineOfItsOwn() {
    browser.write("id", "asked-twice");
    browser.click("#send");
    browser.await("#status", "succeeded");

    browser.visit("#/");
    browser.write("id", "asked-twice");
    browser.click("#send");
    browser.await("#status", "replayed: paid for once");
    browser.await("[aria-label='Answer 1']", text -> text.length() > 1);
    browser.awaitCount(".exchanges details", 1);
    assertEquals(0, rows("Predict call"));
  }

  @Test
  void whatTheFilterTookIsShownBesideWhatIsLeft() {
    browser.choose("sampleCount", "3");
    browser.select("fault", "filtered=1");
    browser.click("#send");

    browser.await("#status", "partial 2 of 3 images");
    browser.awaitImages(".frame img", 2);
    browser.await(".frame.missing", "filtered");
    browser.await("#run .why", "1 filtered: ");
  }

  @Test
  void anUploadedImageAndOneOfTheGalleryAreSentToWorkFrom(@TempDir Path files) throws IOException {
    Path file = files.resolve("a sketch.png");
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    browser.select("model", "gemini-nano-banana-2.1");
    browser.choose("sampleCount", "1");
    browser.write("id", "from-a-sketch");
    browser.upload("upload", file);
    browser.await("#references", _ -> browser.value("references").endsWith("a sketch.png"));
    browser.click("#send");
    browser.await("#status", "succeeded 1 of 1 images");

    browser.visit("#/result/from-a-sketch");
    browser.awaitCount("#result figcaption", 1);
    browser.click("#result figcaption .edit");
    browser.await("#references", _ -> browser.value("references").endsWith("from-a-sketch/0.png"));
    lab.predict().journal().clear();
    browser.choose("sampleCount", "1");
    browser.click("#send");
    browser.await("#status", "succeeded 1 of 1 images");
    assertEquals(
        List.of(1),
        lab.predict().journal().calls().stream().map(call -> call.references().size()).toList());
  }

  @Test
  void aFailedRequestShowsTheAnswerOfItsSender() {
    browser.select("model", "imagen-4.0-ultra-generate-001"); // for others it is shut now
    browser.select("fault", "429=1");
    browser.click("#send");

    browser.await("#status", "failed with status 429, Retry-After: ");
    browser.await("#run .why", "nothing was charged");
    assertEquals(0, browser.findAll(".frame img").size());
  }

  @Test
  void anIdThatWasPaidForIsReplayedAndRefusedForAnotherPrompt() {
    browser.write("prompt", "paid for once");
    browser.write("id", "paid-once");
    browser.click("#send");
    browser.await("#status", "succeeded");

    browser.click("#send");
    browser.await("#status", "replayed: paid for once");
    browser.write("prompt", "another prompt");
    browser.click("#send");
    browser.await("#status", "failed with status 409");
    assertEquals(1, lab.predict().journal().callsWith("paid for once").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"later", "sqs", "json", "jsonl", "schedule", "direct"})
  void anIdThatWasPaidForShowsItsResultHoweverItComesAgain(String trigger) {
    String id = "again-by-" + trigger;
    String line = trigger.equals("jsonl") ? id + "-1" : id;
    browser.choose("sampleCount", "1");
    browser.write("id", line);
    browser.click("#send");
    browser.await("#status", "succeeded 1 of 1 images");

    browser.visit("#/");
    browser.choose("sampleCount", "1");
    browser.choose("trigger", trigger);
    browser.write("id", id);
    browser.click("#send");
    if (trigger.equals("jsonl")) {
      browser.await("#status", "done 1 of 1 requests have a result");
      browser.awaitImages(".lines img", 1);
    } else {
      browser.await("#status", "succeeded 1 of 1 images");
      browser.awaitImages(".frame img", 1);
    }
  }

  private static Lab impatientLabWithARefusedKey() {
    Lab impatient =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .env("IMAGEN_MAX_AGE", "1s")
                .triggers(TriggerOptions.ON));
    impatient.predict().rotateKey("a-new-key");
    return impatient;
  }

  @Test
  void aDeadMessageIsShownAndARedriveGivesItAnotherChance() {
    try (Lab impatient = impatientLabWithARefusedKey()) {
      browser.visit(impatient.url(), "#/");
      browser.choose("trigger", "sqs");
      browser.write("prompt", "a message in a bottle");
      browser.click("#send");

      browser.await("#status", "dead given up: it is among the dead letters");
      browser.await("#run .why", "Invalid token");
      browser.await("#dead-letters summary", "A dead letter: ");
      browser.await(".frame.missing", "none");
      browser.await("#counts", "dead\n1");
      impatient.predict().rotateKey(Lab.API_KEY);
      impatient.function().recycle();
      browser.click("#redrive");
      browser.await("#status", "succeeded 2 of 2 images");
      browser.await("#counts", "dead\n0");
      browser.visit("#/");
    }
  }

  @Test
  void aMessageWhoseIdIsAnotherRequestsIsDeadWithTheReason() {
    browser.write("id", "taken-before");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.choose("trigger", "sqs");
    browser.write("prompt", "another with the same id");
    browser.click("#send");

    browser.await("#status", "dead given up: it is among the dead letters");
    browser.await("#run .why", "the id taken-before belongs to another request");
    browser.awaitCount(".frame img", 0);
    assertEquals(1, lab.queue().clearDeadLetters());
  }

  @Test
  void aBatchEndsWithItsDeadAndGoesOnWhenTheyAreSentAgain() {
    try (Lab impatient = impatientLabWithARefusedKey()) {
      browser.visit(impatient.url(), "#/");
      browser.choose("trigger", "jsonl");
      browser.choose("sampleCount", "1");
      browser.write("prompt", "line one\nline two");
      browser.click("#send");

      browser.await("#status", "done 0 of 2 requests have a result, 2 dead");
      browser.await(".batch label", "0 done, 0 running, 2 failed, 0 waiting");
      browser.await(".lines li:nth-child(2) .why", "Invalid token");
      impatient.predict().rotateKey(Lab.API_KEY);
      impatient.function().recycle();
      browser.click("#redrive");
      browser.await("#status", text -> text.equals("done 2 of 2 requests have a result"));
      browser.await(".batch label", "2 done, 0 running, 0 failed, 0 waiting");
      browser.awaitCount(".lines .why", 0);
      browser.visit("#/");
    }
  }

  @Test
  void aBatchSaysHowManyAreDoneRunningAndFailed() {
    browser.choose("trigger", "jsonl");
    browser.choose("sampleCount", "1");
    browser.write("prompt", "line one\nline two\n[fault:all-filtered] line three\nline four");
    browser.click("#send");

    browser.await("#status", "done 4 of 4 requests have a result");
    browser.await(".batch label", "3 done, 0 running, 1 failed, 0 waiting");
    browser.awaitImages(".lines img", 3);
    browser.await(".lines .filtered", "filtered");
    browser.click(".lines li:nth-child(3) a");
    browser.await("#result-title", "line two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#/nonsense", "#/results/x", "#/result", "#/result/%E0%A4%A", "#/gallery/x"})
  void anAddressWithoutAViewIsSaidToHaveNoneAndLinksToTheStart(String address) {
    browser.visit(address);

    browser.await("#nowhere-title", "There is nothing here");
    assertEquals(address, browser.find("#address").getText());
    browser.click("#nowhere a");
    browser.await("#request h1", "Ask for an image");
    assertFalse(browser.find("#nowhere").isDisplayed());
  }

  @Test
  void aPromptWithAScriptInItStaysText() {
    String prompt = "<script>document.title='gone'</script><img src=x onerror=alert(1)>";
    browser.write("prompt", prompt);
    browser.write("id", "script-in-it");
    browser.click("#send");
    browser.await("#status", "succeeded");
    assertEquals(prompt, browser.find("#run-title").getText());
    browser.await("#log", prompt);

    browser.visit("#/result/script-in-it");
    browser.await("#result-title", prompt);
    assertEquals("imagen-lambda: the lab", browser.script("return document.title"));
    assertEquals(0, browser.findAll("img[src='x']").size());
  }

  @Test
  void aColdStartIsInTheTimelineOfTheRequestThatWaitedForItAndInNoOther() {
    try (Lab cold = Lab.start(LabOptions.forTests().concurrency(1))) {
      browser.visit(cold.url(), "#/");
      browser.write("id", "waited");
      browser.click("#send");
      browser.await("#status", "succeeded");
      browser.await(".waterfall .what", "Cold start");

      cold.function().kill();
      var _ = cold.function().invoke("{\"id\":\"waits-now\",\"prompt\":\"p\"}");
      browser.await("#log", "images/waits-now/result.json");
      browser.reload();
      browser.await("#log", "images/waits-now/result.json");
      browser.await("#status", "succeeded");
      assertEquals(1, rows("Cold start"));
      browser.visit("#/");
    }
  }

  @Test
  void aColdStartShowsTheNewProcessAndItsFirstAnswer() {
    browser.click("#send");
    browser.await("#status", "succeeded");
    String old = browser.await("#processes th:first-child", pid -> !pid.isEmpty());

    browser.click("#cold-start");
    browser.await("#processes tr:first-child th", pid -> !pid.isEmpty() && !pid.equals(old));
    browser.await("#processes tr:first-child td:nth-child(2)", text -> text.matches("\\d+ ms"));
    browser.write("prompt", "after a cold start");
    browser.click("#send");
    browser.await(
        "#processes tr:first-child td:nth-child(3)", text -> text.matches("\\d+ ms|.* s"));
  }

  @Test
  void onlyWhatTheApiAllowsCanBeChosen() {
    browser.select("model", "imagen-4.0-fast-generate-001");
    List<WebElement> sizes = browser.findAll("input[name='imageSize']");
    assertFalse(sizes.stream().anyMatch(WebElement::isEnabled));

    browser.click("#send");
    browser.await("#status", "succeeded 2 of 2 images");
  }

  @Test
  void aGeminiModelHasItsOwnRatiosAndSizesAndShowsWhatItTook() {
    assertFalse(browser.find("input[value='21:9']").isEnabled());
    browser.select("model", "gemini-nano-banana-2.1");
    browser.choose("aspectRatio", "21:9");
    browser.choose("imageSize", "4K");
    browser.select("model", "imagen-4.0-generate-001");
    assertTrue(browser.find("input[value='1:1']").isSelected());
    assertTrue(browser.find("input[value='1K']").isSelected());

    browser.select("model", "gemini-nano-banana-2.1");
    browser.choose("aspectRatio", "21:9");
    browser.click("#send");

    browser.await("#status", "succeeded 2 of 2 images, 2 calls, 2604 tokens");
    browser.awaitImages(".frame img", 2);
  }

  @Test
  void aLabThatIsGoneIsNamedUntilItIsBack() {
    URI url;
    LabOptions.Ports same;
    try (Lab first = Lab.start(LabOptions.forTests())) {
      url = first.url();
      same = new LabOptions.Ports(url.getPort(), first.s3Endpoint().getPort(), 0, 0);
      browser.visit(url, "#/");
      browser.await("#counts", "waiting");
    }
    browser.click("#send");
    browser.await("#gone", "The lab at %s does not answer.".formatted(url));
    try (Lab second = Lab.start(LabOptions.forTests().ports(same))) {
      browser.awaitCount("#gone[hidden]", 1);
      browser.click("#send");
      browser.await("#status", "succeeded 2 of 2 images");
      assertEquals(1, second.predict().journal().calls().size());
      browser.visit("#/");
    }
    assertOnlyTheConnectionFailed();
  }

  @Test
  void aRequestThatTheLabDiesOverHasFailed() {
    try (Lab shortLived = Lab.start(LabOptions.forTests())) {
      browser.visit(shortLived.url(), "#/");
      browser.select("fault", "slow=3000");
      browser.click("#send");
      browser.await("#status", "running");
    }

    browser.await("#status", "failed without an answer");
    browser.await("#run .why", "does not answer");
    browser.visit("#/");
    assertOnlyTheConnectionFailed();
  }

  /** No script broke over it. */
  private static void assertOnlyTheConnectionFailed() {
    List<String> complaints = browser.complaints();
    assertTrue(
        !complaints.isEmpty() && complaints.stream().allMatch(each -> each.contains("net::ERR_")),
        complaints::toString);
  }

  @Test
  void theRealApiIsAnnouncedAndHasNoFaultsToOffer() {
    assertFalse(browser.find("#real-api").isDisplayed());
    browser.click("#more summary");
    assertTrue(browser.find("#faults").isDisplayed());
    try (Lab real = Lab.start(LabOptions.forTests().apiKey("a-key-that-nobody-uses"))) {
      browser.visit(real.url(), "#/");
      browser.await("#real-api", "costs real money");
      browser.click("#more summary");
      assertFalse(browser.find("#faults").isDisplayed());
      browser.visit("#/");
    }
  }
}
