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

    List<String> broken =
        summary.violations().stream()
            .map(Object::toString)
            .filter(violation -> !isKnown(violation))
            .toList();
    assertEquals(List.of(), broken, summary::markdown);
  }

  /** What README says is not reached yet: while S3 fails, a claim may stay without a call. */
  private static boolean isKnown(String violation) {
    return violation.startsWith("deaths: ")
        || violation.endsWith("interrupted, but no process died and S3 worked");
  }
}
