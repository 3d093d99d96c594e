package io.imagenlambda.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.imagenlambda.Wiring;
import io.imagenlambda.ledger.Ledger.Accepted;
import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Ended;
import io.imagenlambda.ledger.Ledger.NotFound;
import io.imagenlambda.ledger.Ledger.Running;
import io.imagenlambda.ledger.Ledger.Taken;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.GenerationResult.Status;
import io.imagenlambda.request.InvalidRequest;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.request.TestRequests;
import io.imagenlambda.settings.Settings;
import io.imagenlambda.settings.TestSettings;
import io.imagenlambda.storage.InMemoryS3;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets a request, and until when, by a clock that the test moves. */
final class LedgerTest {
  private static final Duration TIME = Duration.ofMinutes(3);
  private static final GenerationRequest REQUEST = TestRequests.of("imagen", "a pier", Map.of());
  private static final GenerationRequest OTHER = TestRequests.of("imagen", "a ship", Map.of());

  private final TestClock clock = new TestClock();
  private final InMemoryS3 s3 = new InMemoryS3();
  private final Ledger ledger =
      s3.under(new Wiring())
          .with(
              Settings.class,
              TestSettings.of(
                  "IMAGEN_URL_STYLE", "cdn", "IMAGEN_CDN_BASE_URL", "https://cdn.example.com"))
          .with(ObjectMapper.class, Wiring.mapper())
          .with(Clock.class, clock)
          .make(Ledger.class);

  private Taken take(GenerationRequest request) {
    return ledger.take(request, invocation());
  }

  private Invocation invocation() {
    return new Invocation("an-invocation", "sqs", deadline());
  }

  private Deadline deadline() {
    return clock.deadline(TIME);
  }

  private static GenerationResult result(GenerationRequest request) {
    return new GenerationResult(
        request.id(),
        Status.FILTERED,
        request.model(),
        1,
        List.of(),
        List.of(),
        null,
        List.of(),
        Map.of(),
        Instant.EPOCH,
        1,
        1,
        false,
        request.digest());
  }

  @Test
  void theFirstDeliveryHasTheRequestAndNobodyHasPaidForIt() {
    assertFalse(assertInstanceOf(Yours.class, take(REQUEST)).mayHaveBeenPaid());
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
    assertInstanceOf(Running.class, ledger.find(REQUEST.id()));

    clock.pass(Duration.ofSeconds(1));
    assertInstanceOf(NotFound.class, ledger.find(REQUEST.id()));
    assertTrue(assertInstanceOf(Yours.class, take(REQUEST)).mayHaveBeenPaid());
  }

  @Test
  void aClaimThatWasGivenUpUnpaidIsFreeAtOnce() {
    for (Outcome unpaid : List.of(Outcome.UNAVAILABLE, Outcome.ACCOUNT)) {
      ledger.giveUp(assertInstanceOf(Yours.class, take(REQUEST)), unpaid, deadline());

      Yours next = assertInstanceOf(Yours.class, take(REQUEST));
      assertFalse(next.mayHaveBeenPaid());
      ledger.giveUp(next, Outcome.UNAVAILABLE, deadline());
    }
    assertEquals(List.of(), clock.waits());
  }

  @Test
  void aClaimThatMayHaveBeenPaidIsFreeAtOnceAndSaysSo() {
    ledger.giveUp(assertInstanceOf(Yours.class, take(REQUEST)), Outcome.UNKNOWN, deadline());

    assertTrue(assertInstanceOf(Yours.class, take(REQUEST)).mayHaveBeenPaid());
  }

  @Test
  void aClaimWhoseResultFollowsHoldsAsLongAsOneAtWork() {
    ledger.resultFollows(assertInstanceOf(Yours.class, take(REQUEST)), Status.SUCCEEDED);

    assertInstanceOf(Running.class, take(REQUEST));
  }

  @Test
  void aResultIsGivenToLaterDeliveriesAsAReplay() {
    take(REQUEST);
    assertFalse(ledger.commit(result(REQUEST), deadline()).replayed());

    assertTrue(assertInstanceOf(Ended.class, take(REQUEST)).result().replayed());
    assertTrue(assertInstanceOf(Ended.class, ledger.find(REQUEST.id())).result().replayed());
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

    GenerationResult late =
        ledger.commit(GenerationResult.refused(REQUEST.id(), invalid()), deadline());

    assertEquals(Status.FILTERED, late.status());
    assertTrue(late.replayed());
  }

  @Test
  void aRefusedRequestHasItsResultHoweverOftenItIsDelivered() {
    refuse();
    refuse();

    assertEquals(
        Status.FAILED, assertInstanceOf(Ended.class, ledger.find(REQUEST.id())).result().status());
  }

  @Test
  void aRefusedRequestLeavesAnIdAloneThatAnotherRequestIsPaidForUnder() {
    take(REQUEST);

    refuse();

    assertInstanceOf(Running.class, ledger.find(REQUEST.id()));
    assertFalse(ledger.commit(result(REQUEST), deadline()).replayed());
  }

  @Test
  void aResultOfAnotherRequestIsNotReturnedForOneThatIsToRunLater() {
    var json = JsonNodeFactory.instance.objectNode();
    take(OTHER);
    ledger.commit(result(OTHER), deadline());
    s3.delete("images/images/" + REQUEST.id() + "/claim-0.json"); // by a lifecycle rule
    ledger.accept(REQUEST, json, invocation());

    assertInstanceOf(Conflict.class, ledger.accept(REQUEST, json, invocation()));
  }

  private void refuse() {
    ledger.refuse(GenerationResult.refused(REQUEST.id(), invalid()), invocation());
  }

  private static InvalidRequest invalid() {
    return new InvalidRequest("not a request");
  }

  @Test
  void anAcceptedRequestCanBeAskedForAndIsFreeForTheFirstDelivery() {
    var json = JsonNodeFactory.instance.objectNode();
    assertInstanceOf(Accepted.class, ledger.accept(REQUEST, json, invocation()));
    assertInstanceOf(Running.class, ledger.find(REQUEST.id()));
    assertInstanceOf(Accepted.class, ledger.accept(REQUEST, json, invocation()), "once more");
    assertInstanceOf(Conflict.class, ledger.accept(OTHER, json, invocation()));

    assertFalse(assertInstanceOf(Yours.class, take(REQUEST)).mayHaveBeenPaid());
    assertEquals(List.of(), clock.waits());
  }

  @Test
  void nobodyHasHeardOfAnIdThatWasNeverSent() {
    assertInstanceOf(NotFound.class, ledger.find("never-sent"));
  }
}
