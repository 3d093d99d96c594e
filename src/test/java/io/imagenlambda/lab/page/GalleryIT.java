package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import software.amazon.awssdk.core.sync.RequestBody;

/** The gallery of the lab's page: what has ended, what is dead, and how one finds it. */
final class GalleryIT extends OnThePage {
  @Test
  void itFindsByPromptOrIdAndAResultHasALink() {
    invoke("{\"id\":\"first-heron\",\"prompt\":\"a heron at the shore\"}");
    invoke("{\"id\":\"second-heron\",\"prompt\":\"a heron at the shore\"}");

    browser.visit("#/gallery");
    browser.await("#cards li:first-child", "a heron at the shore");
    browser.write("search", "HERON AT");
    browser.awaitCount("#cards li", 2);
    browser.awaitImages("#cards img", 2);
    browser.write("search", "first-h");
    browser.awaitCount("#cards li", 1).getFirst().findElement(Browser.css("a")).click();
    browser.await("#result", "first-heron · imagen-4.0-generate-001");

    browser.back();
    browser.awaitCount("#cards li", 1);
    assertEquals("first-h", browser.value("search"));
    browser.visit("#/result/second-heron");
    browser.await("#result", "second-heron · imagen-4.0-generate-001");
    browser.awaitImages("#result img", 4);
  }

  @Test
  void theFiltersStandInTheAddressAndSurviveAReloadAndTheWayBack() {
    invoke("{\"id\":\"sieve-1\",\"prompt\":\"[fault:all-filtered] p\",\"tenant\":\"a.shop\"}");
    invoke("{\"id\":\"sieve-2\",\"prompt\":\"p\",\"tenant\":\"a.shop\"}");
    invoke(
        "{\"id\":\"sieve-3\",\"prompt\":\"p\",\"tenant\":\"a.shop\",\"model\":\"imagen-4.0-fast-generate-001\"}");

    browser.visit("#/gallery?search=sieve-");
    browser.await("#found", text -> text.equals("3 requests"));
    browser.select("tenant-filter", "a.shop");
    browser.select("model-filter", "imagen-4.0-generate-001");
    browser.awaitCount("#cards li", 2);
    browser.select("status-filter", "filtered");
    browser.awaitCount("#cards li", 1);
    browser.await("#cards small", "filtered 0 of 4 images");
    var _ =
        browser.awaitAddress(
            "#/gallery?search=sieve-&status=filtered&model=imagen-4.0-generate-001&tenant=a.shop"
                ::equals);

    browser.reload();
    browser.await("#cards small", "filtered 0 of 4 images");
    assertEquals("filtered", browser.value("status-filter"));
    assertEquals("imagen-4.0-generate-001", browser.value("model-filter"));
    assertEquals("a.shop", browser.value("tenant-filter"));
    browser.back();
    browser.awaitCount("#cards li", 2);
    assertEquals("", browser.value("status-filter"));
  }

  @Test
  void moreIsShownAtAButtonAndTheKeyboardGoesOnWithTheFirstOfIt() {
    for (int each = 0; each < 130; each++) {
      put("many-%d/result.json".formatted(each), result("many-" + each));
    }
    browser.visit("#/gallery?search=many-");
    browser.await("#found", text -> text.equals("130 requests, the newest 60 are shown"));
    browser.click("#show-more");
    browser.await("#found", text -> text.equals("130 requests, the newest 120 are shown"));
    browser.await("#cards li:nth-child(61) a:focus", "many-69");
    browser.click("#show-more");
    browser.await("#found", text -> text.equals("130 requests"));
    assertFalse(browser.find("#show-more").isDisplayed());

    put("many-new/result.json", result("many-new"));
    browser.await("#cards li:first-child", "many-new");
    browser.awaitCount("#cards li", 131);
    assertEquals(
        browser.find("#cards li:nth-child(122) a"), browser.focused(), "the keyboard stays there");
  }

  private static String result(String id) {
    return """
    {"id":"%s","status":"failed","requested":1,"images":[],"createdAt":"2026-11-30T10:00:00Z"}
    """
        .formatted(id);
  }

  @Test
  void aDeadRequestHasItsReasonAndIsSentAgainWithoutTheOthers() {
    try (Lab impatient =
        Lab.start(
            LabOptions.forTests()
                .concurrency(1)
                .env("IMAGEN_MAX_AGE", "1s")
                .triggers(TriggerOptions.ON))) {
      impatient.predict().rotateKey("a-new-key");
      browser.visit(impatient.url(), "#/gallery?search=bottle");
      for (String id : List.of("bottle-1", "bottle-2")) {
        var _ =
            impatient
                .queue()
                .send("{\"id\":\"%s\",\"prompt\":\"<b>a bottle\",\"tenant\":\"s\"}".formatted(id));
      }
      List<WebElement> dead = browser.awaitCount("#cards .dead .why", 2);
      assertTrue(dead.getFirst().getText().contains("Invalid token"), dead.getFirst().getText());
      browser.await("#cards .dead b", text -> text.equals("<b>a bottle"));
      browser.click("#cards .dead:has(pre) summary");
      browser.await("#cards pre", "\"id\": \"bottle-");

      impatient.predict().rotateKey(Lab.API_KEY);
      impatient.function().recycle();
      browser.click("#cards .dead:last-child button");
      browser.await("#cards .pill.succeeded", "succeeded");
      browser.awaitCount("#cards li.dead", 1);
      browser.visit(impatient.url(), "#/gallery?status=dead");
      browser.await("#found", text -> text.equals("1 request"));
      browser.visit("#/");
    }
  }

  @Test
  void anIdWithoutAResultIsLookedForInTheGallery() {
    put("lost/dead.json", "{\"reason\":\"too old\",\"at\":\"2026-01-01T00:00:00Z\"}");
    browser.visit("#/result/lost");
    browser.await("#result-title", "No such result");
    browser.click("#result a");
    browser.await("#cards .dead .why", "too old");
    browser.awaitCount("#cards .dead button", 0);
    assertEquals(1, browser.complaints().size(), "that there is no such result");
  }

  private static void invoke(String request) {
    var _ = lab.function().invoke(request);
  }

  private static void put(String name, String json) {
    lab.s3()
        .putObject(
            put -> put.bucket(Lab.OUTPUT_BUCKET).key("images/" + name),
            RequestBody.fromString(json));
  }
}
