package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The pictures: large, side by side, copied and saved. */
final class ViewerIT extends OnThePage {
  @Test
  void aPictureOpensAsLargeAsTheWindowAndTheArrowsGoThroughAll() {
    make("large", 3);
    browser.click(".frame:nth-child(2) .open");

    browser.await("#viewer-place", "2 of 3");
    assertEquals(1, browser.findAll("#viewer[open]").size());
    assertEquals("A picture of large, image 2 of 3", browser.find("#viewer-title").getText());
    browser.awaitImages("#viewer img", 1);
    long large = width("#viewer img");
    browser.screenshot("viewer");
    browser.focused().sendKeys(Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "3 of 3");
    browser.focused().sendKeys(Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "1 of 3");
    browser.focused().sendKeys(Keys.ARROW_LEFT);
    browser.await("#viewer-place", "3 of 3");
    browser.click("#viewer-previous");
    browser.await("#viewer-place", "2 of 3");

    browser.focused().sendKeys(Keys.ESCAPE);
    assertFalse(browser.find("#viewer").isDisplayed());
    assertEquals("A picture of large, image 2 of 3", browser.focused().getAccessibleName());
    assertTrue(large > width(".frame img"), large + " pixels wide");
  }

  private static long width(String selector) {
    return (long)
        browser.script(
            "return Math.round(document.querySelector(arguments[0]).getBoundingClientRect().width)",
            selector);
  }

  private static void make(String id, int count) {
    make(id, "A picture of " + id, count);
  }

  private static void make(String id, String prompt, int count) {
    browser.write("prompt", prompt);
    browser.write("id", id);
    browser.choose("sampleCount", Integer.toString(count));
    browser.click("#send");
    browser.await("#status", "succeeded %d of %d images".formatted(count, count));
    browser.awaitCount("#run figcaption", count);
  }

  @Test
  void twoThatAreChosenStandSideBySide() {
    make("compared", 4);
    browser.click(".frame:nth-child(2) .open");
    browser.click("#viewer-compare");

    browser.await("#viewer-place", "2 beside 3 of 4");
    browser.awaitImages("#viewer img", 2);
    browser.screenshot("viewer-compare");
    browser.focused().sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "2 beside 1 of 4");
    browser.focused().sendKeys(Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "2 beside 3 of 4");
    assertEquals("true", browser.find("#viewer-compare").getDomAttribute("aria-pressed"));
    assertTrue(
        (boolean)
            browser.script(
                """
                const [one, other] = [...document.querySelectorAll("#viewer img")]
                  .map(each => each.getBoundingClientRect());
                return one.right <= other.left && one.top === other.top;
                """));

    browser.click("#viewer-compare");
    browser.await("#viewer-place", text -> text.equals("2 of 4"));
    browser.awaitCount("#viewer img", 1);
  }

  @Test
  void atItsActualSizeAPictureHasAllItsPixelsAndTheArrowsScrollIt() {
    make("actual", 2);
    browser.click(".frame .open");
    browser.click("#viewer-actual");

    browser.awaitImages("#viewer img", 1);
    assertEquals(1024, width("#viewer img"));
    browser.find("#viewer-pictures div").sendKeys(Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "1 of 2");
    browser.click("#viewer-next");
    browser.await("#viewer-place", "2 of 2");
    assertEquals(1024, width("#viewer img"));
  }

  @Test
  void onePictureAloneHasNoArrowsAndNothingToCompare() {
    make("alone", 1);
    browser.click(".frame .open");

    browser.await("#viewer-place", "1 of 1");
    for (String button : List.of("#viewer-previous", "#viewer-next", "#viewer-compare")) {
      assertFalse(browser.find(button).isDisplayed(), button);
    }
    browser.focused().sendKeys(Keys.ARROW_RIGHT);
    browser.await("#viewer-place", "1 of 1");
  }

  @Test
  void hashesAndAddressesAreBehindDetails() {
    make("details", 1);
    String hash = "SHA-256";
    assertFalse(browser.find("#run figcaption").getText().contains(hash));
    browser.await("#run figcaption p", "1024 × 1024 · PNG · ");
    browser.click("#run figcaption summary");
    browser.await("#run figcaption dl", "s3://images/images/details/0.png");

    browser.click(".frame .open");
    browser.click("#viewer summary");
    browser.await("#viewer-facts", hash);
  }

  @Test
  void theWayBackClosesThePicture() {
    make("closes", 1);
    browser.click(".frame .open");
    browser.await("#viewer-place", "1 of 1");
    browser.back();

    browser.awaitCount("#viewer[open]", 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "image/jpeg"})
  void theImageIsCopiedAsPngWhateverTypeItHas(String type) {
    String id = "copied-" + type.substring("image/".length());
    browser.allowClipboard();
    var _ =
        lab.function()
            .invoke(
                """
                {"id":"%s","prompt":"to be copied","parameters":{"sampleCount":1,
                "outputOptions":{"mimeType":"%s"}}}\
                """
                    .formatted(id, type));
    browser.visit("#/result/" + id);
    browser.await("#result figcaption p", id.endsWith("png") ? "PNG" : "JPEG");
    browser.click(".frame .open");
    browser.click("#viewer-copy");

    browser.await("#viewer-copy", "Copied");
    Object size =
        browser.script(
            """
            return navigator.clipboard.read()
              .then(([item]) => item.getType("image/png"))
              .then(createImageBitmap)
              .then(({ width, height }) => `${width} × ${height}`);
            """);
    assertEquals("1024 × 1024", size);
  }

  @Test
  void theLinkIsCopiedAndAlsoWhereTheBrowserCopiesNoImages() {
    browser.allowClipboard();
    make("linked", 1);
    browser.click(".frame .open");
    browser.click("#viewer-link");
    browser.await("#viewer-link", "Copied");
    String link = lab.url() + "/lab/results/linked/0.png";
    assertEquals(link, browser.script("return navigator.clipboard.readText()"));

    browser.script("navigator.clipboard.writeText('other'); delete window.ClipboardItem");
    browser.click("#viewer-copy");
    browser.await("#viewer-copy", "Link copied instead");
    assertEquals(link, browser.script("return navigator.clipboard.readText()"));
  }

  @Test
  void oneImageAndAllOfThemAsAZipCanBeSaved() throws Exception {
    make("saved", 2);
    String one = href("#run figcaption a[download]");
    browser.click(".frame:nth-child(2) .open");
    assertNotEquals(one, href("#viewer-download"));
    browser.click("#viewer-close");

    HttpResponse<byte[]> image = get(one);
    assertEquals("image/png", image.headers().firstValue("Content-Type").orElseThrow());
    assertEquals(
        "attachment; filename=\"saved-0.png\"",
        image.headers().firstValue("Content-Disposition").orElseThrow());
    assertArrayEquals(stored("saved/0.png"), image.body());
    assertEquals(1024, ImageIO.read(new ByteArrayInputStream(image.body())).getWidth());

    HttpResponse<byte[]> all = get(href("#run a[href$='saved']"));
    assertEquals(
        "attachment; filename=\"saved.zip\"",
        all.headers().firstValue("Content-Disposition").orElseThrow());
    List<String> names = new ArrayList<>();
    ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(all.body()));
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      names.add(entry.getName());
      assertArrayEquals(stored("saved/" + entry.getName()), zip.readAllBytes());
    }
    assertEquals(List.of("0.png", "1.png"), names);
  }

  @ParameterizedTest
  @CsvSource({"nobody", "nobody/0.png", "..%2F/0.png", "saved/..", "no%20id"})
  void whatIsNotThereIsNotFound(String file) throws Exception {
    assertEquals(404, get(lab.url() + "/lab/files/" + file).statusCode());
  }

  private static String href(String selector) {
    return Objects.requireNonNull(browser.find(selector).getDomProperty("href"));
  }

  private static byte[] stored(String key) {
    return lab.s3()
        .getObjectAsBytes(get -> get.bucket(Lab.OUTPUT_BUCKET).key("images/" + key))
        .asByteArray();
  }

  private static HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    }
  }
}
