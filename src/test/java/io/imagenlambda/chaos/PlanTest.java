package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final int REQUESTS = 1000;

  @Test
  void theSameSeedGivesTheSamePlanAndAnotherSeedAnother() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(plan.sendings(), Plan.of(REQUESTS, 1).sendings());
    assertEquals(plan.kills(), Plan.of(REQUESTS, 1).kills());
    assertNotEquals(plan.sendings(), Plan.of(REQUESTS, 2).sendings());
  }

  @Test
  void everyRequestIsSentAndSomeAreSentTwice() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(REQUESTS, plan.orders().size());
    assertEquals(new HashSet<>(plan.parcels()), new HashSet<>(plan.sendings()));
    assertTrue(plan.sendings().size() > plan.parcels().size());
  }

  @Test
  void aPlanOfAThousandHasEveryTriggerAndEveryMishap() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertEquals(
        EnumSet.allOf(Trigger.class),
        plan.orders().stream().map(Order::trigger).collect(Collectors.toSet()));
    assertEquals(
        EnumSet.allOf(Mishap.class),
        plan.orders().stream().map(Order::mishap).collect(Collectors.toSet()));
  }
}
