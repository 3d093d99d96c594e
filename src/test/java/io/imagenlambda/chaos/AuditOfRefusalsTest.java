package io.imagenlambda.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.imagenlambda.chaos.RequestOutcome.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests that must not run: invalid ones, and those whose id another one has. */
class AuditOfRefusalsTest extends AuditCase {
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
}
