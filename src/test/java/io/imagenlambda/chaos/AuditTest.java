package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.imagenlambda.chaos.Lifecycle.Deleted;
import io.imagenlambda.chaos.Plan.PlannedRequest;
import io.imagenlambda.chaos.RequestOutcome.PredictCall;
import io.imagenlambda.chaos.RequestOutcome.Result;
import io.imagenlambda.chaos.StoredObjects.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each test breaks one rule. The audit must report that rule and no other. */
class AuditTest {
  private static final String URI = "s3://images/images/c000001/0.png";
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
  private static final Result GOOD = new Result("c000001", "succeeded", 1, Map.of(URI, "5ea1"), "");
  private static final PredictCall PAID = new PredictCall(AT, 1, 200, Set.of("5ea1"));
  private static final PredictCall OVERLOADED = new PredictCall(AT, 1, 429, Set.of());

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
  private boolean conflict;
  private boolean idTaken;
  private List<StoredObject> stored = List.of();
  private List<Result> deletedResults = List.of();
  private Set<String> deletedUris = Set.of();
  private boolean repeats;

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

    deletedUris = Set.of(URI);
    assertEquals(List.of(), audit());
  }

  @Test
  void anImageThatNoResultNamesIsFound() {
    images = Map.of(URI, "5ea1", "s3://images/images/c000001/1.png", "5ea1");
    assertFound("no result names the image s3://images/images/c000001/1.png");
  }

  @Test
  void anImageThatIsNotWhatTheResultSaysIsFound() {
    images = Map.of(URI, "0ther");
    calls = List.of(new PredictCall(AT, 1, 200, Set.of("5ea1", "0ther")));
    assertFound(URI + " does not have the hash in the result");
  }

  @Test
  void anImageThatTheProviderDidNotSendIsFound() {
    calls = List.of(new PredictCall(AT, 1, 200, Set.of("0ther")));
    assertFound(URI + " is not what the provider sent");
  }

  @Test
  void aStatusThatBeliesItsImagesIsFound() {
    processDied = true;
    results = List.of(new Result("c000001", "succeeded", 2, Map.of(URI, "5ea1"), ""));
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
    calls = List.of(new PredictCall(AT, 1, 0, Set.of()), PAID);
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
  void anInterruptedResultIsInOrderOnlyIfAProcessDiedOrS3FailedOrAnOlderOneWasDeleted() {
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    calls = List.of();
    returned = List.of();
    assertFound("interrupted, but no process died and S3 worked");

    processDied = true;
    assertEquals(List.of(), audit());

    processDied = false;
    inBrownout = true;
    assertEquals(List.of(), audit());

    inBrownout = false;
    deletedResults = List.of(new Result("c000001", "failed", 1, Map.of(), "timeout"));
    assertEquals(List.of(), audit());
  }

  @Test
  void requestsThatAreGivenUpUnpaidAfterMoreThanOneDeathIn25AreFound() {
    processDied = true;
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    RequestOutcome paid = outcome();
    calls = List.of();
    RequestOutcome unpaid = outcome();

    assertEquals(List.of(), audit(Collections.nCopies(125, paid)));
    List<RequestOutcome> all = new ArrayList<>(Collections.nCopies(144, paid));
    all.addAll(Collections.nCopies(6, unpaid));
    assertEquals(List.of(), audit(all));
    all.add(unpaid);
    String found = audit(all).getFirst().toString();
    assertTrue(
        found.startsWith(
            "deaths: 7 requests were given up unpaid, of 151 that a process died over"),
        found);
  }

  @Test
  void fourRequestsMayBeGivenUpUnpaidInAShortRunAndNotFive() {
    processDied = true;
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    calls = List.of();
    RequestOutcome unpaid = outcome();

    assertEquals(List.of(), audit(Collections.nCopies(4, unpaid)));
    assertEquals(1, audit(Collections.nCopies(5, unpaid)).size());
  }

  @Test
  void anAnswerThatIsNotTheStoredResultIsFound() {
    returned = List.of(GOOD, new Result("c000001", "failed", 1, Map.of(), "no_image"));
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

    results = List.of(new Result("", "failed", 0, Map.of(), "invalid_request"));
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
        Audit.of(List.of(), List.of("c000009"), 0, false).getFirst().toString());
  }

  @Test
  void aMessageThatIsLeftIsFound() {
    assertEquals(
        "queues: 1 messages are left",
        Audit.of(List.of(), List.of(), 1, false).getFirst().toString());
  }

  @Test
  void aCallAfterTheResultIsStoredIsFound() {
    scenario = Scenario.OVERLOADED;
    stored = List.of(object("result.json", AT.minusSeconds(1), "inv-1"));
    calls = List.of(OVERLOADED, PAID);

    List<Audit.Violation> found = audit();

    assertEquals(2, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains("called after its result was stored"));
  }

  @Test
  void aCallThatAsksForAnImageThatIsThereIsFound() {
    processDied = true;
    stored = List.of(object("0.png", AT.minusSeconds(1), "inv-1"));
    assertFound("a call asks for 1 images, but 0 are missing");
  }

  @Test
  void anImageThatAnotherInvocationOverwroteIsFound() {
    stored =
        List.of(
            object("0.png", AT.plusSeconds(1), "inv-1"),
            object("0.png", AT.plusSeconds(2), "inv-2"));
    assertFound("images/c000001/0.png was overwritten");
  }

  @Test
  void anImageThatIsStoredAgainByTheSameInvocationIsInOrder() {
    stored =
        List.of(
            object("0.png", AT.plusSeconds(1), "inv-1"),
            object("0.png", AT.plusSeconds(2), "inv-1"));
    assertEquals(List.of(), audit());
  }

  @Test
  void anImageThatIsListedTwiceIsFound() throws Exception {
    String twice =
        """
        {"status": "succeeded", "requested": 1, "metadata": {"name": "c000001"},
         "images": [{"s3Uri": "%s", "sha256": "5ea1"}, {"s3Uri": "%s", "sha256": "5ea1"}]}\
        """
            .formatted(URI, URI);
    results = List.of(Result.of(new ObjectMapper().readTree(twice)));
    returned = List.of();
    assertFound(URI + " does not have the hash in the result");
  }

  @Test
  void aRequestWhoseResultWasDeletedMayBePaidForAgain() {
    deletedResults = List.of(GOOD);
    calls = List.of(PAID, PAID);
    assertEquals(List.of(), audit());

    calls = List.of(PAID, PAID, PAID);
    assertFound("paid for 3 times, though 1 results were deleted");
  }

  @Test
  void aRequestWhoseResultWasDeletedNeedsNoOther() {
    deletedResults = List.of(GOOD);
    results = List.of();
    assertEquals(List.of(), audit());

    returned = List.of(new Result("c000001", "failed", 1, Map.of(), "no_image"));
    assertFound("but stored were");
  }

  @Test
  void aLineThatRanAfterAResultWasDeletedMayHaveBeenRefusedBefore() {
    Result refused = new Result("", "failed", 0, Map.of(), "invalid_request");
    deletedResults = List.of(GOOD);
    results = List.of(GOOD, refused, refused);
    assertEquals(List.of(), audit());

    results = List.of(GOOD, GOOD);
    assertFound("2 results after the first was deleted");
  }

  @Test
  void aRequestWhoseIdAnotherHasIsToldSoAndNothingElse() {
    withoutId();
    assertFound("nobody was told that its id belongs to another request");

    conflict = true;
    assertEquals(List.of(), audit());

    returned = List.of(GOOD);
    assertFound("got the result of another request");
  }

  @Test
  void aRequestWhoseIdAnotherHasIsNotPaidFor() {
    withoutId();
    conflict = true;
    calls = List.of(PAID);
    assertFound("paid for, but another request has its id");
  }

  @Test
  void aRequestWhoseIdAnotherHasStoresNoImage() {
    withoutId();
    conflict = true;
    images = Map.of(URI, "5ea1");
    assertFound("has images, but another request has its id");
  }

  @Test
  void aMessageWhoseIdAnotherRequestHasIsADeadLetter() {
    withoutId();
    trigger = Trigger.QUEUE;
    assertFound("nobody was told that its id belongs to another request");

    deadLettered = true;
    assertEquals(List.of(), audit());
  }

  @Test
  void aLineWhoseIdAnotherRequestHasHasAFailedResultOfItsOwn() {
    withoutId();
    trigger = Trigger.MANIFEST;
    assertFound("nobody was told that its id belongs to another request");

    results = List.of(new Result("", "failed", 0, Map.of(), "invalid_request"));
    assertEquals(List.of(), audit());

    trigger = Trigger.HTTP;
    conflict = true;
    assertFound("has results, but another request has its id");
  }

  @Test
  void aConflictWithNobodyIsFound() {
    conflict = true;
    assertFound("a sender was told that its id belongs to another request");
  }

  @Test
  void anUnknownCallIsRepeatedOnlyIfThatIsAllowed() {
    scenario = Scenario.DROPPED;
    calls = List.of(new PredictCall(AT, 1, 0, Set.of()), PAID);
    stored =
        List.of(
            new StoredObject(
                "c000001", "claim-0.json", AT.plusSeconds(1), "any", "inv-1", "unknown"));
    repeats = true;
    assertEquals(List.of(), audit());

    processDied = true;
    repeats = false;
    assertFound("paid for 2 times");
  }

  @Test
  void aCallWhoseEndIsKnownIsNotRepeated() {
    repeats = true;
    calls = List.of(PAID, PAID);

    List<Audit.Violation> found = audit();

    assertEquals(2, found.size(), found::toString);
    assertTrue(found.getFirst().what().contains("2 paid and 0 unpaid calls after NONE"));
    assertTrue(found.getLast().what().contains("paid for 2 times"));
  }

  @Test
  void aRefusedCallIsInOrderThoughCallsMayBeRepeated() {
    repeats = true;
    scenario = Scenario.REJECTED;
    calls = List.of(new PredictCall(AT, 1, 400, Set.of()));
    results = List.of(new Result("c000001", "failed", 1, Map.of(), "INVALID_ARGUMENT"));
    images = Map.of();
    returned = List.of();
    assertEquals(List.of(), audit());
  }

  @Test
  void aRequestThatIsGivenUpThoughItsCallMayBeRepeatedIsFound() {
    repeats = true;
    processDied = true;
    results = List.of(new Result("c000001", "failed", 1, Map.of(), Result.INTERRUPTED));
    images = Map.of();
    returned = List.of();
    assertFound("given up, though its call may be repeated");
  }

  @Test
  void anUnknownCallThatIsNotRepeatedThoughItMayBeIsFound() {
    repeats = true;
    scenario = Scenario.DROPPED;
    calls = List.of(new PredictCall(AT, 1, 0, Set.of()));
    results = List.of(new Result("c000001", "failed", 1, Map.of(), "no_answer"));
    images = Map.of();
    returned = List.of();
    assertFound("after DROPPED, not failed");
  }

  @Test
  void aRefusedLineHasAResultOfItsOwnThoughAnotherRequestHasTheIdThatItNames() {
    invalidRequest(Trigger.MANIFEST);
    idTaken = true;
    assertFound("an invalid request has 0 results");

    results = List.of(new Result("", "failed", 0, Map.of(), "invalid_request"));
    assertEquals(List.of(), audit());
  }

  @Test
  void theResultOfARefusedLineMayBeDeleted() {
    invalidRequest(Trigger.MANIFEST);
    deletedResults = List.of(new Result("", "failed", 0, Map.of(), "invalid_request"));
    assertEquals(List.of(), audit());
  }

  private static StoredObject object(String name, Instant at, String writer) {
    return new StoredObject("c000001", name, at, "5ea1", writer, "");
  }

  private void withoutId() {
    idTaken = true;
    results = List.of();
    images = Map.of();
    calls = List.of();
    returned = List.of();
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
    return audit(List.of(outcome()));
  }

  private List<Audit.Violation> audit(List<RequestOutcome> outcomes) {
    return Audit.of(outcomes, List.of(), 0, repeats);
  }

  private RequestOutcome outcome() {
    PlannedRequest request = new PlannedRequest("c000001", trigger, scenario);
    return new RequestOutcome(
        request,
        results,
        images,
        calls,
        returned,
        refused,
        conflict,
        deadLettered,
        processDied,
        inBrownout,
        idTaken,
        stored,
        new Deleted(deletedResults, deletedUris));
  }
}
