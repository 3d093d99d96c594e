package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A short run of what {@code ./mvnw -Pchaos} does at length. */
final class ChaosIT {
  private static final int REQUESTS = 150;
  private static final int SENDERS = 3;
  private static final long SEED = 7;

  @Test
  void noRuleIsBrokenAfterARunWithFaults() throws InterruptedException {
    Summary summary = new Chaos(Plan.of(REQUESTS, SEED), SENDERS, false, _ -> {}).run();

    assertEquals(List.of(), summary.violations(), summary::markdown);
  }
}
