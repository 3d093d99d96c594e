package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.predict.Quota;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The quota of the simulator on the lab's page, and the chart of what it does. */
final class PaceIT extends OnThePage {
  @BeforeEach
  void startWithoutAQuota() {
    lab.predict().limit(new Quota(Quota.Limits.NONE, Clock.systemUTC()));
    browser.visit("#/");
    browser.await("#made-count", text -> !text.isEmpty());
  }

  @Test
  void aQuotaLetsItsMinutesWorthThroughRefusesTheRestAndTheirRequestsWait() {
    try (Lab paced = Lab.start(LabOptions.forTests().concurrency(2).triggers(TriggerOptions.ON))) {
      browser.visit(paced.url(), "#/");
      browser.awaitCount("#quotas input", 5);
      browser.choose("quota", "6");
      browser.await("#quota-hint", "6 may come at once, then one every 10 s");
      for (int each = 0; each < 9; each++) {
        var _ =
            paced
                .queue()
                .send(
                    "{\"id\":\"paced-%d\",\"prompt\":\"p\",\"parameters\":{\"sampleCount\":1}}"
                        .formatted(each));
      }

      browser.await("#made-count", text -> text.matches("[6-9]")); // one more in ten seconds
      browser.await("#refused-count", text -> text.matches("[1-9]\\d*"));
      for (String drawn : List.of("made", "refused", "waiting")) {
        assertFalse(path(drawn).isEmpty(), drawn + " is drawn");
      }
      browser.click("#pace-table summary");
      browser.awaitCount("#pace-rows tr", 12);
      browser.await("#pace-rows td:nth-child(3)", text -> text.matches("[1-9]\\d*"));
      String said = browser.find("#calls-chart").getDomAttribute("aria-label");
      assertTrue(said != null && said.contains(" made, at most "), said);
      browser.reload();
      browser.awaitCount("#quotas input[value='6']:checked", 1);
      browser.await("#made-count", text -> text.matches("[6-9]"));
      browser.visit("#/");
    }
  }

  private static String path(String id) {
    return Objects.requireNonNullElse(browser.find("#pace #" + id).getDomAttribute("d"), "");
  }

  @Test
  void whatIsDoneWaitsNoMore() {
    var _ = lab.queue().send("{\"id\":\"waited\",\"prompt\":\"p\"}");
    browser.await("#log", "images/waited/result.json");
    browser.await("#waiting-count", text -> text.equals("0"));
  }

  @Test
  void theKeyboardSetsTheQuotaAndStaysOnIt() {
    browser.awaitCount("#quotas input[value='0']:checked", 1);
    browser.find("#quotas input:checked").sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);

    browser.await("#quota-hint", "30 may come at once, then one every 2 s");
    browser.awaitCount("#quotas input[value='30']:checked:focus", 1);
    assertEquals(30, lab.predict().limits().requests());
    browser.focused().sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
    browser.await("#quota-hint", "Every call is let through");
    browser.awaitCount("#quotas input[value='0']:checked:focus", 1);
  }

  @Test
  void aQuotaThatTheLabWasStartedWithIsAmongTheChoices() {
    lab.predict().limit(new Quota(new Quota.Limits(45, 240, false), Clock.systemUTC()));
    browser.visit("#/");
    browser.awaitCount("#quotas input[value='45']:checked", 1);
    browser.choose("quota", "60");
    browser.await("#quota-hint", "60 may come at once, then one every second");
    assertEquals(new Quota.Limits(60, 240, false), lab.predict().limits());
  }

  @Test
  void theRealApisQuotaIsNotTheLabsToSet() {
    try (Lab real = Lab.start(LabOptions.forTests().apiKey("a-key-that-nobody-uses"))) {
      browser.visit(real.url(), "#/");
      browser.await("#quota-hint", "its quota is its own");
      browser.awaitCount("#quotas input:disabled", browser.findAll("#quotas input").size());
      browser.visit("#/");
    }
  }
}
