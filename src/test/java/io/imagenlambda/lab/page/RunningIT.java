package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is to be seen while a request runs. */
final class RunningIT extends OnThePage {
  @Test
  void theTimeRunsUntilTheEndAndNothingMoves() {
    browser.select("fault", "slow=3000");
    browser.choose("aspectRatio", "16:9");
    browser.click("#send");

    browser.await("#elapsed", "1 s");
    Object before = places();
    browser.await("#elapsed", "2 s");
    assertEquals(before, places());
    assertEquals("timer", browser.find("#elapsed").getDomAttribute("role"));
    browser.awaitImages(".frame img", 2);
    browser.await("#status", "succeeded");
    assertFalse(browser.find("#elapsed").isDisplayed());
    assertEquals(before, places());
  }

  /** Where the places of the images are, and how large. */
  private static Object places() {
    return browser.script(
        """
        return [...document.querySelectorAll(".frame .picture")]
          .map(each => each.getBoundingClientRect())
          .map(({ top, left, width, height }) => [top, left, width, height].map(Math.round).join());
        """);
  }

  @Test
  void aPlaceHasTheRatioOfTheImageThatIsToCome() {
    browser.select("fault", "slow=3000");
    browser.choose("aspectRatio", "9:16");
    browser.choose("sampleCount", "1");
    browser.click("#send");
    browser.await("#status", "running");

    String size =
        (String)
            browser.script(
                """
                const { width, height } =
                  document.querySelector(".frame .picture").getBoundingClientRect();
                return (width / height).toFixed(2);
                """);
    assertEquals("0.56", size);
    browser.await("#status", "succeeded");
  }

  @Test
  void whoWantsNoMotionSeesNone() {
    browser.select("fault", "slow=3000");
    browser.click("#send");
    browser.await("#status", "running");
    assertTrue(animations() > 0);
    browser.prefer(Map.of("prefers-reduced-motion", "reduce"));
    assertEquals(0, animations());
    browser.await("#status", "succeeded");
  }

  private static long animations() {
    return (long) browser.script("return document.getAnimations().length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "later"}) // what goes to the queue has the claim in its names
  void eachImageIsShownWhenItIsStoredAndTheOthersAreStillToCome(String trigger) {
    browser.choose("trigger", trigger);
    browser.choose("sampleCount", "4");
    browser.script(
        """
        window.counts = [];
        new MutationObserver(() => {
          const [shown, empty] = ["img", ".picture:empty"]
            .map(each => document.querySelectorAll(`#run .frame ${each}`).length);
          if (shown + empty === 4 && counts.at(-1) !== shown) counts.push(shown);
        }).observe(document.querySelector("#run"), { childList: true, subtree: true });
        """);
    browser.click("#send");

    browser.await("#status", "succeeded 4 of 4 images");
    browser.awaitImages(".frame img", 4);
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), browser.script("return counts"));
  }

  @Test
  void aPictureStandsInItsOwnPlaceAndNotInThatOfOneThatIsMissing() {
    browser.select("model", "gemini-nano-banana-2.1");
    browser.write("prompt", "[fault:finish=IMAGE_SAFETYx1] one of two");
    browser.click("#send");

    browser.await("#status", "partial 1 of 2 images");
    browser.awaitCount(".frame.missing", 1);
    browser.awaitImages(".frame img", 1);
  }
}
