package io.imagenlambda.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.ledger.Inbox.Accepted;
import io.imagenlambda.ledger.Inbox.NotFound;
import io.imagenlambda.ledger.Inbox.Pending;
import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Ended;
import io.imagenlambda.ledger.Ledger.Running;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a request, and until when, by a clock that the test moves. */
final class LedgerTest extends LedgerCase {
  @Test
  void theFirstDeliveryHasTheRequestAndNobodyHasPaidForIt() {
    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void aSecondDeliveryWaitsForTheFirstAsLongAsItsPatienceLasts() {
    take(REQUEST);

    Running running = assertInstanceOf(Running.class, take(REQUEST));

    Duration waited = clock.waits().stream().reduce(Duration.ZERO, Duration::plus);
    assertTrue(waited.compareTo(Duration.ofSeconds(20)) <= 0, "" + waited);
    assertEquals(Duration.ofMillis(100), clock.waits().getFirst());
    assertEquals(TIME.minus(waited), running.retryAfter());
  }

  @Test
  void aClaimHoldsUntilItsInvocationIsOverAndClocksMayDifferByFiveSeconds() {
    take(REQUEST);
    clock.pass(TIME.plusSeconds(4));
    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));

    clock.pass(Duration.ofSeconds(1));
    assertInstanceOf(NotFound.class, inbox.find(REQUEST.id()));
    assertTrue(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void aClaimThatWasGivenUpUnpaidIsFreeAtOnce() {
    for (Outcome unpaid : List.of(Outcome.UNAVAILABLE, Outcome.ACCOUNT)) {
      ledger.giveUp(yours(REQUEST), unpaid, Settled.NOTHING, deadline());

      Yours next = yours(REQUEST);
      assertFalse(next.mayHaveBeenPaid());
      ledger.giveUp(next, Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    }
    assertEquals(List.of(), clock.waits());
  }

  @Test
  void aClaimThatMayHaveBeenPaidIsFreeAtOnceAndSaysSo() {
    ledger.giveUp(yours(REQUEST), Outcome.UNKNOWN, Settled.NOTHING, deadline());

    assertTrue(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void aClaimWhoseResultFollowsHoldsAsLongAsOneAtWork() {
    ledger.resultFollows(yours(REQUEST), Status.SUCCEEDED);

    assertInstanceOf(Running.class, take(REQUEST));
  }

  @Test
  void aResultIsGivenToLaterDeliveriesAsAReplay() {
    take(REQUEST);
    assertFalse(ledger.commit(result(REQUEST), deadline()).replayed());

    assertTrue(assertInstanceOf(Ended.class, take(REQUEST)).result().replayed());
    assertTrue(assertInstanceOf(Ended.class, inbox.find(REQUEST.id())).result().replayed());
  }

  @Test
  void anotherRequestUnderTheSameIdIsAConflictBeforeAndAfterTheResult() {
    take(REQUEST);
    assertInstanceOf(Conflict.class, take(OTHER));

    ledger.commit(result(REQUEST), deadline());
    assertInstanceOf(Conflict.class, take(OTHER));
  }

  @Test
  void theFirstOfTwoResultsStandsAndIsReturned() {
    take(REQUEST);
    ledger.commit(result(REQUEST), deadline());

    GenerationResult late = ledger.commit(refused(), deadline());

    assertEquals(Status.FILTERED, late.status());
    assertTrue(late.replayed());
  }

  @Test
  void aRefusedRequestHasItsResultHoweverOftenItIsDelivered() {
    refuse();
    refuse();

    assertEquals(
        Status.FAILED, assertInstanceOf(Ended.class, inbox.find(REQUEST.id())).result().status());
  }

  @Test
  void aRefusedRequestLeavesAnIdAloneThatAnotherRequestIsPaidForUnder() {
    take(REQUEST);

    refuse();

    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));
    assertFalse(ledger.commit(result(REQUEST), deadline()).replayed());
  }

  @Test
  void anAcceptedRequestCanBeAskedForAndIsFreeForTheFirstDelivery() {
    assertInstanceOf(Accepted.class, accept(REQUEST));
    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));
    assertInstanceOf(Accepted.class, accept(REQUEST), "once more");
    assertInstanceOf(Conflict.class, accept(OTHER));

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
    assertEquals(List.of(), clock.waits());
  }

  @Test
  void nobodyHasHeardOfAnIdThatWasNeverSent() {
    assertInstanceOf(NotFound.class, inbox.find("never-sent"));
  }
}
