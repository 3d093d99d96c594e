package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.Plan.Submission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  @Test
  void moreThanAFifthOfTheRequestsTakeSeveralCalls() {
    long several =
        Plan.of(REQUESTS, 1).requests().stream()
            .filter(request -> request.scenario().hasSeveralCalls())
            .count();

    assertTrue(several > REQUESTS / 5, () -> several + " requests");
  }

  @Test
  void someRequestsWantTheIdOfAnEarlierOne() {
    Plan plan = Plan.of(REQUESTS, 1);
    Set<String> names =
        plan.requests().stream().map(PlannedRequest::name).collect(Collectors.toSet());

    List<PlannedRequest> rivals =
        plan.requests().stream().filter(request -> !request.id().equals(request.name())).toList();

    assertEquals(REQUESTS, names.size());
    assertTrue(rivals.size() > REQUESTS / 50, rivals::toString);
    assertTrue(rivals.stream().allMatch(rival -> rival.id().compareTo(rival.name()) < 0));
    assertTrue(rivals.stream().allMatch(rival -> names.contains(rival.id())));
  }

  @Test
  void anEditedManifestKeepsSomeLinesAndPutsOthersUnderTheSameIds() {
    List<Submission> edited =
        Plan.of(REQUESTS, 1).submissions().stream()
            .filter(submission -> submission.trigger() == Trigger.MANIFEST)
            .filter(submission ->
                submission.requests().stream().anyMatch(line -> !line.id().equals(line.name())))
            .toList();

    assertTrue(edited.stream().allMatch(Submission::withIds));
    assertTrue(
        edited.stream()
            .flatMap(submission -> submission.requests().stream())
            .anyMatch(line -> line.id().equals(line.name())));
  }

  @Test
  void someRequestsAreSentAgainWhenAllElseHasEnded() {
    Plan plan = Plan.of(REQUESTS, 1);

    assertTrue(plan.lateRepeats().size() > REQUESTS / 20);
    assertTrue(plan.submissions().containsAll(plan.lateRepeats()));
  }
}
