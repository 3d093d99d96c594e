package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.Plan.PlannedRequest;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final int REQUESTS = 1000;

  @Test
  void theSameSeedGivesTheSamePlanAndAnotherSeedAnother() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(plan.sendSequence(), Plan.of(REQUESTS, 1).sendSequence());
    assertEquals(plan.kills(), Plan.of(REQUESTS, 1).kills());
    assertNotEquals(plan.sendSequence(), Plan.of(REQUESTS, 2).sendSequence());
  }

  @Test
  void everyRequestIsSentAndSomeAreSentTwice() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(REQUESTS, plan.requests().size());
    assertEquals(new HashSet<>(plan.submissions()), new HashSet<>(plan.sendSequence()));
    assertTrue(plan.sendSequence().size() > plan.submissions().size());
  }

  @Test
  void aPlanOfAThousandHasEveryTriggerAndEveryScenario() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(
        EnumSet.allOf(Trigger.class),
        plan.requests().stream().map(PlannedRequest::trigger).collect(Collectors.toSet()));
    assertEquals(
        EnumSet.allOf(Scenario.class),
        plan.requests().stream().map(PlannedRequest::scenario).collect(Collectors.toSet()));
  }
}
