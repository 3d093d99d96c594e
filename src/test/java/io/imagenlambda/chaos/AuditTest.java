package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.PredictCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each test breaks one rule. The audit must report that rule and no other. */
class AuditTest {
  private static final String URI = "s3://images/images/c000001/0.png";
  private static final Result GOOD = new Result("succeeded", 1, Map.of(URI, "5ea1"), "");
  private static final PredictCall PAID = new PredictCall(200, Set.of("5ea1"));
  private static final PredictCall OVERLOADED = new PredictCall(429, Set.of());

  private Trigger trigger = Trigger.HTTP;
  private Scenario scenario = Scenario.NONE;
  private List<Result> results = List.of(GOOD);
  private Map<String, String> images = Map.of(URI, "5ea1");
  private List<PredictCall> calls = List.of(PAID);
  private List<Result> returned = List.of(GOOD, GOOD);
  private boolean refused;
  private boolean deadLettered;
  private boolean processDied;
  private boolean inBrownout;

  @Test
  void outcomesThatKeepAllRulesAreInOrder() {
    assertEquals(List.of(), audit());
  }

  @Test
  void aRequestWithoutAResultIsFound() {
    results = List.of();
    assertFound("0 results, not one");
  }

  @Test
  void aRequestWithTwoResultsIsFound() {
    results = List.of(GOOD, GOOD);
    assertFound("2 results, not one");
  }

  @Test
  void aMissingImageIsFound() {
    images = Map.of();
    assertFound("the result names images that are not there: [" + URI + "]");
  }

  @Test
  void anImageThatNoResultNamesIsFound() {
    images = Map.of(URI, "5ea1", "s3://images/images/c000001/1.png", "5ea1");
    assertFound("no result names the image s3://images/images/c000001/1.png");
  }

  @Test
  void anImageThatIsNotWhatTheResultSaysIsFound() {
    images = Map.of(URI, "0ther");
    calls = List.of(new PredictCall(200, Set.of("5ea1", "0ther")));
    assertFound(URI + " does not have the hash in the result");
  }

  @Test
  void anImageThatTheProviderDidNotSendIsFound() {
    calls = List.of(new PredictCall(200, Set.of("0ther")));
    assertFound(URI + " is not what the provider sent");
  }

  @Test
  void aStatusThatBeliesItsImagesIsFound() {
    processDied = true;
    results = List.of(new Result("succeeded", 2, Map.of(URI, "5ea1"), ""));
    returned = List.of();
    assertFound("succeeded with 1 of 2 images");
  }

  @Test
  void aSecondPaidCallIsFoundEvenIfAProcessDied() {
    processDied = true;
    calls = List.of(PAID, PAID);
    assertFound("paid for 2 times");
  }

  @Test
  void aSecondCallAfterOneThatMayHaveBeenPaidIsFound() {
    processDied = true;
    calls = List.of(new PredictCall(0, Set.of()), PAID);
    assertFound("paid for 2 times");
  }

  @Test
  void aRepeatedCallThatWasNotChargedIsInOrder() {
    scenario = Scenario.OVERLOADED;
    calls = List.of(OVERLOADED, PAID);
    assertEquals(List.of(), audit());
  }

  @Test
  void anUnpaidCallTooManyIsFound() {
    calls = List.of(OVERLOADED, PAID);
    assertFound("1 paid and 1 unpaid calls after NONE, not 1 and 0");
  }

  @Test
  void anEndingThatTheProviderDidNotCauseIsFound() {
    scenario = Scenario.CUT;
    assertFound("not failed");
  }

  @Test
  void anInterruptedResultIsInOrderOnlyIfAProcessDiedOrS3Failed() {
    results = List.of(new Result("failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    calls = List.of();
    returned = List.of();
    assertFound("interrupted, but no process died and S3 worked");

    processDied = true;
    assertEquals(List.of(), audit());

    processDied = false;
    inBrownout = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void requestsThatAreGivenUpUnpaidAfterMoreThanOneDeathInAHundredAreFound() {
    processDied = true;
    results = List.of(new Result("failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    List<RequestOutcome> paid = List.of(outcome(), outcome(), outcome());
    calls = List.of();
    List<RequestOutcome> unpaid = List.of(outcome(), outcome(), outcome());

    assertEquals(List.of(), Audit.of(paid, List.of(), 0, 299));
    assertEquals(
        "deaths: 3 requests were given up unpaid after 299 deaths",
        Audit.of(unpaid, List.of(), 0, 299).getFirst().toString());
    assertEquals(List.of(), Audit.of(unpaid, List.of(), 0, 300));
  }

  @Test
  void oneRequestMayBeGivenUpUnpaidInAShortRun() {
    processDied = true;
    results = List.of(new Result("failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    calls = List.of();

    assertEquals(List.of(), Audit.of(List.of(outcome()), List.of(), 0, 3));
  }

  @Test
  void anAnswerThatIsNotTheStoredResultIsFound() {
    returned = List.of(GOOD, new Result("failed", 1, Map.of(), "no_image"));
    assertFound("but stored is");
  }

  @Test
  void aGoodRequestAmongTheDeadLettersIsFound() {
    deadLettered = true;
    assertFound("a good request is in a dead-letter queue");
  }

  @Test
  void aGoodRequestThatIsRefusedIsFound() {
    refused = true;
    assertFound("a good request was refused");
  }

  @Test
  void anInvalidRequestIsRefusedAndNothingElse() {
    invalidRequest(Trigger.HTTP);
    assertFound("an invalid request was not refused");

    refused = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void anInvalidRequestOnTheQueueIsADeadLetter() {
    invalidRequest(Trigger.QUEUE);
    assertFound("an invalid request is not in a dead-letter queue");

    deadLettered = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void aLineThatIsAnInvalidRequestHasAFailedResult() {
    invalidRequest(Trigger.MANIFEST);
    assertFound("an invalid request has 0 results");

    results = List.of(new Result("failed", 0, Map.of(), "invalid_request"));
    assertEquals(List.of(), audit());
  }

  @Test
  void anInvalidRequestThatWasPaidForIsFound() {
    invalidRequest(Trigger.HTTP);
    refused = true;
    calls = List.of(PAID);
    assertFound("an invalid request was paid for");
  }

  @Test
  void anInvalidRequestThatHasImagesIsFound() {
    invalidRequest(Trigger.HTTP);
    refused = true;
    images = Map.of(URI, "5ea1");
    assertFound("an invalid request has images");
  }

  @Test
  void anIdThatIsNotInThePlanIsFound() {
    assertEquals(
        "c000009: not in the plan",
        Audit.of(List.of(), List.of("c000009"), 0, 0).getFirst().toString());
  }

  @Test
  void aMessageThatIsLeftIsFound() {
    assertEquals(
        "queues: 1 messages are left", Audit.of(List.of(), List.of(), 1, 0).getFirst().toString());
  }

  private void invalidRequest(Trigger by) {
    trigger = by;
    scenario = Scenario.INVALID_REQUEST;
    results = List.of();
    images = Map.of();
    calls = List.of();
    returned = List.of();
  }

  private void assertFound(String what) {
    List<Audit.Violation> found = audit();
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains(what), found::toString);
  }

  private List<Audit.Violation> audit() {
    return Audit.of(List.of(outcome()), List.of(), 0, 0);
  }

  private RequestOutcome outcome() {
    PlannedRequest request = new PlannedRequest("c000001", trigger, scenario);
    return new RequestOutcome(
        request, results, images, calls, returned, refused, deadLettered, processDied, inBrownout);
  }
}
