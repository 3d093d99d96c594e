package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** A request once more, and from its pictures another. */
final class MakeAgainIT extends OnThePage {
  private static final String USE_AGAIN = ".again button:nth-child(1)";
  private static final String VARY = ".again button:nth-child(2)";

  private static void sendEverything(String id) {
    browser.write("prompt", "a heron at the shore");
    browser.write("id", id);
    browser.choose("trigger", "sqs");
    browser.select("model", "imagen-4.0-ultra-generate-001");
    browser.choose("sampleCount", "3");
    browser.choose("aspectRatio", "16:9");
    browser.choose("imageSize", "2K");
    browser.write("seed", "7");
    browser.write("negative", "boats");
    browser.write("metadata", "campaign=spring\nnote=a=b");
    browser.write("tenant", "shop-1");
    browser.select("people", "dont_allow");
    browser.select("fault", "filtered=1");
    browser.click("#send");
    browser.await("#status", "partial 2 of 3 images");
  }

  private static void assertEverythingIsInTheForm() {
    assertEquals("a heron at the shore", browser.value("prompt"));
    for (String chosen : List.of("3", "16:9", "2K")) {
      assertTrue(browser.find("input[value='%s']".formatted(chosen)).isSelected(), chosen);
    }
    assertEquals("imagen-4.0-ultra-generate-001", browser.value("model"));
    assertEquals("7", browser.value("seed"));
    assertEquals("boats", browser.value("negative"));
    assertEquals("campaign=spring\nnote=a=b", browser.value("metadata"));
    assertEquals("shop-1", browser.value("tenant"));
    assertEquals("dont_allow", browser.value("people"));
    assertEquals("filtered=1", browser.value("fault"));
    assertEquals("", browser.value("id"), "the old one is paid for");
    assertEquals("prompt", browser.focused().getDomProperty("id"));
  }

  @Test
  void aRunIsUsedAgainWithAllThatWasAskedFor() {
    sendEverything("used-again");
    browser.visit("#/run/used-again");
    browser.await("#status", "partial");
    assertEquals("a lighthouse in fog", browser.value("prompt"));
    browser.click("#run " + USE_AGAIN);

    assertEverythingIsInTheForm();
    assertTrue(browser.find("input[value='sqs']").isSelected());
    browser.write("prompt", "an egret at the shore");
    browser.click("#send");
    browser.await("#run-title", "an egret");
    browser.await("#status", "partial 2 of 3 images");
    browser.await("#run figcaption dl", text -> !text.contains("used-again/"));
  }

  @Test
  void aResultIsUsedAgainWithAllThatWasAskedForFromThisBrowser() {
    sendEverything("result-again");
    browser.visit("#/result/result-again");
    browser.awaitImages("#result img", 2);
    browser.click("#result " + USE_AGAIN);

    browser.await("#request h1", "Ask for an image");
    assertEverythingIsInTheForm();
  }

  @Test
  void ofAResultFromElsewhereWhatIsKnownIsUsedAndTheRestIsSaidToBeUnknown() {
    var _ =
        lab.function()
            .invoke(
                """
                {"id":"elsewhere","prompt":"sent by another","tenant":"shop-2",
                "model":"imagen-4.0-fast-generate-001","parameters":{"sampleCount":3}}\
                """);
    browser.visit("#/result/elsewhere");
    browser.await("#result .hint", "ratio, size and seed are not known");
    browser.click("#result " + USE_AGAIN);

    browser.await("#request h1", "Ask for an image");
    assertEquals("sent by another", browser.value("prompt"));
    assertEquals("imagen-4.0-fast-generate-001", browser.value("model"));
    assertEquals("shop-2", browser.value("tenant"));
    assertTrue(browser.find("input[name='sampleCount'][value='3']").isSelected());
  }

  @Test
  void aBatchIsUsedAgainWithAllItsLines() {
    browser.choose("trigger", "jsonl");
    browser.choose("sampleCount", "1");
    browser.write("prompt", "line one\nline two");
    browser.click("#send");
    browser.await("#status", "done 2 of 2");
    browser.write("prompt", "other");
    browser.click("#run " + USE_AGAIN);

    assertEquals("line one\nline two", browser.value("prompt"));
    assertEquals(0, browser.findAll("#run " + VARY).size(), "a batch is not varied");
  }

  @Test
  void aVariantHasAnotherSeedAnotherIdAndAllElseOfItsRequest() {
    browser.write("prompt", "to be varied");
    browser.write("id", "first-of-two");
    browser.choose("sampleCount", "1");
    browser.write("seed", "7");
    browser.click("#send");
    browser.await("#status", "succeeded");
    String first = sha256();

    browser.click("#run " + VARY);
    browser.await("[aria-label='Request as curl']", text -> !text.contains("first-of-two"));
    browser.await("#status", "succeeded 1 of 1 images");
    browser.awaitCount("#run figcaption", 1);
    assertNotEquals("7", browser.value("seed"));
    assertNotEquals(first, sha256());
    String sent = browser.find("[aria-label='Request as curl']").getText();
    assertTrue(sent.contains("to be varied"), sent);
    assertTrue(sent.contains("\"seed\":" + browser.value("seed")), sent);
  }

  private static String sha256() {
    return (String)
        browser.script("return document.querySelector('#run figcaption dd').textContent");
  }

  @Test
  void aVariantOfManyOfGeminiHasNoSeedBecauseEachIsACallOfItsOwn() {
    browser.select("model", "gemini-nano-banana-2.1");
    browser.write("id", "many");
    browser.click("#send");
    browser.await("#status", "succeeded 2 of 2 images");
    browser.click("#run " + VARY);

    browser.await("[aria-label='Request as curl']", text -> !text.contains("\"many\""));
    browser.await("#status", "succeeded 2 of 2 images");
    assertFalse(browser.find("[aria-label='Request as curl']").getText().contains("seed"));
  }

  @Test
  void earlierPromptsAreChosenAgainAndForgotten() {
    assertFalse(browser.find("#earlier").isDisplayed());
    for (String prompt : List.of("first prompt", "ثاني", "first prompt")) {
      browser.write("prompt", prompt);
      browser.select("fault", "filtered=1");
      browser.click("#send");
      browser.await("#run-title", prompt);
      browser.await("#status", "partial");
    }

    browser.reload();
    browser.click("#earlier summary");
    List<String> prompts =
        browser.findAll("#earlier-prompts button").stream().map(WebElement::getText).toList();
    assertEquals(List.of("first prompt", "ثاني"), prompts);
    browser.click("#earlier-prompts li:nth-child(2) button");
    assertEquals("ثاني", browser.value("prompt"));
    assertFalse(browser.find("#earlier-prompts").isDisplayed());

    browser.click("#earlier summary");
    browser.click("#forget");
    assertFalse(browser.find("#earlier").isDisplayed());
    browser.reload();
    assertFalse(browser.find("#earlier").isDisplayed());
    browser.await("#status", "partial");
  }

  @Test
  void aPictureIsEditedWithAModelThatWorksFromImages() {
    browser.choose("sampleCount", "1");
    browser.write("id", "to-edit");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.click("#run .edit");

    assertEquals("s3://images/images/to-edit/0.png", browser.value("references"));
    assertEquals("gemini-nano-banana-2.1", browser.value("model"));
    assertEquals("prompt", browser.focused().getDomProperty("id"));
  }

  @Test
  void filesAndPicturesThatAreDroppedOnTheFormAreWorkedFrom() {
    browser.choose("sampleCount", "1");
    browser.write("id", "to-drag");
    browser.click("#send");
    browser.await("#status", "succeeded");
    browser.await("#references-why", "Imagen takes none");
    browser.script(
        """
        const carried = new DataTransfer();
        const fire = (type, target) =>
          target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
        const form = document.querySelector("#request");
        fire("dragstart", document.querySelector("#run img"));
        if (fire("dragover", form)) throw new Error("it may not be dropped");
        fire("drop", form);
        """);
    assertEquals("s3://images/images/to-drag/0.png", browser.value("references"));

    browser.script(
        """
        const carried = new DataTransfer();
        carried.items.add(new File(["PNG"], "sketch.png", { type: "image/png" }));
        carried.items.add(new File(["words"], "notes.txt", { type: "text/plain" }));
        document.querySelector("#request").dispatchEvent(
          new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        """);
    browser.await("#references", _ -> browser.value("references").endsWith("/sketch.png"));
    browser.await("#upload-why", "Not an image: notes.txt");
    String key = browser.value("references").lines().toList().getLast();
    assertEquals(
        "PNG",
        lab.s3()
            .getObjectAsBytes(
                get -> get.bucket(Lab.REQUEST_BUCKET).key(key.substring("s3://requests/".length())))
            .asUtf8String());
  }
}
