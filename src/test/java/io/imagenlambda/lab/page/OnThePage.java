package io.imagenlambda.lab.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.OnceForBothForms;
import io.imagenlambda.lab.Lab;
import io.imagenlambda.lab.LabOptions;
import io.imagenlambda.lab.trigger.TriggerOptions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A lab and a browser on its page, for the tests of a class. */
@OnceForBothForms
abstract class OnThePage {
  static Lab lab;
  static Browser browser;

  @BeforeAll
  static void open() {
    lab = Lab.start(LabOptions.forTests().concurrency(2).triggers(TriggerOptions.ON));
    browser = Browser.open(lab.url());
    var _ =
        lab.function().invoke("{\"prompt\":\"so that the first test waits for no cold start\"}");
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
    browser.resize(1366, 768);
    browser.prefer("light");
    browser.visit("#/");
    browser.script("localStorage.clear()");
    browser.visit("#/");
    browser.await("#processes", _ -> true);
  }

  @AfterEach
  void nothingFailedOrWasKeptOutByThePolicy() {
    assertEquals(List.of(), browser.complaints());
  }
}
