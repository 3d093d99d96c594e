package io.imagenlambda.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.imagenlambda.ledger.Inbox.Accepted;
import io.imagenlambda.ledger.Inbox.NotFound;
import io.imagenlambda.ledger.Inbox.Pending;
import io.imagenlambda.ledger.Ledger.Conflict;
import io.imagenlambda.ledger.Ledger.Ended;
import io.imagenlambda.ledger.Ledger.Running;
import io.imagenlambda.ledger.Ledger.Yours;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import io.imagenlambda.storage.StorageFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Rare orders of events by which a request was once paid for twice, lost, or misreported. */
final class SchedulesTest extends LedgerCase {
  // A claim goes before its result, because a lifecycle rule counts each object's age.

  @Test
  void whoCreatesTheFirstClaimAnewIsGivenTheStoredResult() {
    take(REQUEST);
    ledger.commit(result(REQUEST), deadline());
    expire("claim-0.json");

    assertTrue(assertInstanceOf(Ended.class, take(REQUEST)).result().replayed());
  }

  @Test
  void anotherRequestThatCreatesTheFirstClaimAnewIsAConflict() {
    take(REQUEST);
    ledger.commit(result(REQUEST), deadline());
    expire("claim-0.json");
    assertInstanceOf(Conflict.class, take(OTHER));
    assertInstanceOf(Conflict.class, accept(OTHER));

    assertTrue(assertInstanceOf(Ended.class, take(REQUEST)).result().replayed());
    assertInstanceOf(Ended.class, accept(REQUEST));
  }

  @Test
  void aFirstClaimMadeAnewIsVoidWhileALaterOneIsAtWork() {
    accept(REQUEST);
    yours(REQUEST);
    expire("claim-0.json");

    assertInstanceOf(Running.class, take(REQUEST));
    assertInstanceOf(Conflict.class, take(OTHER));
    refuse();
    assertFalse(names().contains("result.json"), "of a line that is refused");
  }

  @Test
  void oneOfTwoWhoseClaimsHaveDifferentNumbersPays() {
    accept(REQUEST);
    AtomicReference<Yours> other = new AtomicReference<>();
    s3.beforePut(
        once(
            "claim-1.json",
            () -> {
              expire("claim-0.json"); // which this delivery has just read
              other.set(yours(REQUEST));
            }));

    assertInstanceOf(Running.class, take(REQUEST));
    assertInstanceOf(Running.class, take(REQUEST), "nor does a void claim hide the other");
    ledger.giveUp(other.get(), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void anImageThatWasStoredAfterTheListIsFoundBehindTheClaimThatSaysSo() {
    accept(REQUEST);
    AtomicReference<Yours> other = new AtomicReference<>();
    Runnable givesUp =
        () -> {
          storeImage(other.get());
          ledger.giveUp(
              other.get(),
              Outcome.UNAVAILABLE,
              new Settled(1, List.of(), List.of(), null),
              deadline());
        };
    s3.beforePut(
        once(
            "claim-1.json",
            () -> {
              expire("claim-0.json"); // which this delivery has just read
              other.set(yours(REQUEST));
            }));
    // Between the list behind the reservation and the read of what it shows.
    s3.afterPut(
        once("claim-1.json", () -> s3.beforeList(prefix -> s3.aroundEachCall(firstOnly(givesUp)))));

    assertEquals(1, yours(REQUEST).images().size());
  }

  private Runnable firstOnly(Runnable then) {
    return () -> {
      s3.beforeList(prefix -> {});
      s3.aroundEachCall(() -> {});
      then.run();
    };
  }

  @Test
  void aClaimBelowOthersIsVoidThoughTheyHaveEnded() {
    accept(REQUEST);
    ledger.giveUp(yours(REQUEST), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    try (Slow other = new Slow("claim-3.json")) {
      expire("claim-2.json"); // which the other has just read
      expire("claim-1.json");
      s3.beforePut(
          once(
              "claim-1.json",
              () ->
                  ledger.giveUp(other.goesOn(), Outcome.UNAVAILABLE, Settled.NOTHING, deadline())));

      assertFalse(yours(REQUEST).mayHaveBeenPaid());
    }
    assertTrue(text("claim-1.json").contains("withdrawn"), "only the newest claims are looked at");
    assertEquals(List.of("claim-6.json"), open());
  }

  @Test
  void whoFoundNoClaimComesTooLateOnceAnotherHasGoneOnFromOneThatIsDeleted() {
    accept(REQUEST);
    try (Slow other = new Slow("claim-1.json")) {
      expire("claim-0.json"); // which the other has just read
      s3.beforePut(once("claim-0.json", () -> assertFalse(other.goesOn().mayHaveBeenPaid())));

      assertInstanceOf(Running.class, take(REQUEST));
    }
    assertEquals(List.of("claim-2.json"), open());
  }

  @Test
  void aRefusedLineLeavesNoRoomForWhoFoundNoClaimBefore() {
    inbox.refuse(refused(), invocation());
    expire("result.json");
    s3.beforePut(once("claim-1.json", () -> expire("claim-0.json")));
    refuse();

    assertEquals(List.of("claim-0.json", "claim-1.json", "result.json"), names());
  }

  // Who dies before the call was not charged.

  @Test
  void aDeathAfterTheReservationIsUnpaidAndHoldsNobodyUpOnceItsTimeIsOver() {
    accept(REQUEST);
    s3.afterPut(once("claim-1.json", dies()));
    assertThrows(Killed.class, () -> take(REQUEST));
    assertInstanceOf(Running.class, take(REQUEST));

    clock.pass(TIME.plusSeconds(5));
    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void aReservationIsVoidOnceItsClaimHasEnded() {
    accept(REQUEST);
    ledger.giveUp(yours(REQUEST), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    assertEquals(List.of("claim-0.json", "claim-1.json", "claim-2.json", "request.json"), names());

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void aClaimIsWrittenWhenTheCallIsReady() {
    List<String> order = new ArrayList<>();
    s3.beforePut(key -> order.add(key.replaceFirst(".*/", "")));
    accept(REQUEST);
    Yours yours =
        assertInstanceOf(Yours.class, ledger.take(REQUEST, invocation(), () -> order.add("ready")));
    ledger.giveUp(yours, Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    var _ = ledger.takeNext(yours, REQUEST, invocation(), () -> order.add("ready again"));

    assertEquals(
        List.of(
            "claim-0.json",
            "request.json",
            "claim-1.json",
            "ready",
            "claim-2.json",
            "claim-2.json",
            "ready again",
            "claim-3.json"),
        order);
  }

  @Test
  void noClaimIsWrittenWhileS3Falters() {
    List<Boolean> answers = new ArrayList<>(List.of(false, true, false, true, true));
    List<Integer> listsLeft = new ArrayList<>();
    s3.beforeList(folder -> {
      if (!answers.removeFirst()) {
        unavailable().run();
      }
    });
    s3.beforePut(key -> listsLeft.add(answers.size()));

    yours(REQUEST);
    assertEquals(List.of(0), listsLeft, "after two answers in a row");
  }

  @Test
  void aSlowS3IsAskedOnceMoreBeforeAClaimIsWritten() {
    List<Duration> answers =
        new ArrayList<>(List.of(Duration.ofSeconds(2), Duration.ofMillis(999)));
    s3.beforeList(folder -> clock.pass(answers.removeFirst()));

    yours(REQUEST);
    assertEquals(List.of(), answers);
  }

  @Test
  void aRequestForWhichS3FaltersTooLongIsGivenBackWithoutAClaim() {
    s3.beforeList(once("", unavailable()).andThen(folder -> clock.pass(Duration.ofSeconds(2))));
    s3.beforePut(key -> fail(key));

    assertThrows(StorageFailure.class, () -> take(REQUEST));
  }

  @Test
  void whoHasReservedMakesNoCallOnceAnotherHasTakenOver() {
    accept(REQUEST);
    s3.beforePut(
        once(
            "claim-2.json",
            () -> {
              clock.pass(TIME.plusSeconds(5)); // its host stood still
              yours(REQUEST);
            }));

    assertInstanceOf(Running.class, take(REQUEST));
  }

  @Test
  void aRefusedLineIsVoidUnderAnIdThatWasTakenMeanwhile() {
    inbox.refuse(refused(), invocation());
    expire("result.json");
    s3.beforePut(
        once(
            "claim-1.json",
            () -> {
              expire("claim-0.json");
              yours(REQUEST);
            }));
    refuse();

    assertFalse(names().contains("result.json"));
  }

  @Test
  void aRefusedLineIsToldThoughWhoWasFirstWithItDies() {
    s3.beforePut(once("claim-0.json", this::refuseAndDie));
    refuse();

    assertTrue(names().contains("result.json"));
  }

  @Test
  void aRefusedLineIsToldThoughWhoCameNextWithItDies() {
    s3.afterPut(once("claim-0.json", this::refuseAndDie));
    refuse();

    assertTrue(names().contains("result.json"));
  }

  private void refuseAndDie() {
    s3.beforePut(once("result.json", dies()));
    assertThrows(Killed.class, this::refuse);
  }

  // The answer to a write is lost.

  @Test
  void aClaimWhoseAnswerWasLostIsKnownByItsWriter() {
    s3.afterPut(once("claim-0.json", unavailable()));

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
    assertEquals(List.of("claim-0.json"), names());
  }

  @Test
  void aClaimWhoseAnswerWasLostIsKnownThoughLookingForItFails() {
    s3.afterPut(once("claim-0.json", unavailable()));
    s3.beforeList(once("", unavailable()));

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
    assertEquals(List.of("claim-0.json"), names());
  }

  @Test
  void aClaimWhoseAnswerWasLostIsKnownThoughALowerNumberIsFreeByNow() {
    accept(REQUEST);
    s3.afterPut(
        once(
            "claim-1.json",
            () -> {
              expire("claim-0.json");
              unavailable().run();
            }));

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
    assertEquals(
        Duration.ofMillis(500), clock.waits().stream().reduce(Duration.ZERO, Duration::plus));
  }

  @Test
  void aClaimThatIsNeitherKnownNorMadeIsTriedAgain() {
    s3.beforePut(once("claim-0.json", unavailable()));

    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void theNextClaimOfADeliveryIsKnownThoughItsAnswerWasLost() {
    Invocation invocation = invocation();
    Yours first = assertInstanceOf(Yours.class, take(REQUEST, invocation));
    ledger.giveUp(first, Outcome.UNAVAILABLE, Settled.NOTHING, invocation.deadline());
    s3.afterPut(once("claim-1.json", unavailable()));

    Yours next =
        assertInstanceOf(Yours.class, ledger.takeNext(first, REQUEST, invocation, () -> {}));
    assertFalse(next.mayHaveBeenPaid());
    assertEquals(List.of("claim-0.json", "claim-1.json"), names());
  }

  // The look for a result comes last before the call.

  @Test
  void aDeliveryThatReadNoResultBeforeItsClaimFindsTheOneThatCameMeanwhile() {
    take(REQUEST);
    clock.pass(TIME.plusSeconds(5));
    s3.beforePut(once("claim-1.json", () -> ledger.commit(result(REQUEST), deadline())));

    assertInstanceOf(Ended.class, take(REQUEST));
  }

  // What an earlier call may have cost is not forgotten.

  @Test
  void aRefusedTryAfterACallThatMayHaveBeenChargedDoesNotMakeItUnpaid() {
    ledger.giveUp(yours(REQUEST), Outcome.UNKNOWN, Settled.NOTHING, deadline());
    ledger.giveUp(yours(REQUEST), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    accept(REQUEST);

    assertTrue(yours(REQUEST).mayHaveBeenPaid());
  }

  // A process that died early must not block its own retry.

  @Test
  void anEarlierInvocationOfTheSameSandboxIsOver() {
    Optional<String> sandbox = Optional.of("2026/11/28/[1]abc");
    Invocation earlier = invocation(sandbox);
    take(REQUEST, earlier);

    assertInstanceOf(Running.class, take(REQUEST, earlier), "the same invocation");
    assertInstanceOf(Running.class, take(REQUEST, invocation(Optional.of("another"))));
    assertInstanceOf(Running.class, take(REQUEST, invocation()), "in a sandbox without a name");
    Yours yours = assertInstanceOf(Yours.class, take(REQUEST, invocation(sandbox)));
    assertTrue(yours.mayHaveBeenPaid());
  }

  // What callers are told.

  @Test
  void aRequestIsNoLongerInProgressOnceTheQueueCannotBringItAgain() {
    accept(REQUEST);
    ledger.giveUp(yours(REQUEST), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    clock.pass(Duration.ofDays(14).minusSeconds(1));
    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));

    clock.pass(Duration.ofSeconds(1));
    NotFound gone = assertInstanceOf(NotFound.class, inbox.find(REQUEST.id()));
    assertTrue(gone.detail().contains("its last attempt ended as unavailable"), gone.detail());
  }

  @Test
  void aQueuedRequestIsInProgressAsLongAsAQueueCanHoldIt() {
    accept(REQUEST);
    clock.pass(Duration.ofDays(14).minusSeconds(1));
    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));

    clock.pass(Duration.ofSeconds(1));
    assertInstanceOf(NotFound.class, inbox.find(REQUEST.id()));
  }

  @Test
  void anIdIsFreeAgainIfTheQueueDidNotTakeItsRequest() {
    inbox.withdraw(assertInstanceOf(Accepted.class, accept(REQUEST)));

    NotFound gone = assertInstanceOf(NotFound.class, inbox.find(REQUEST.id()));
    assertTrue(gone.detail().contains("the queue did not take it"), gone.detail());
    assertInstanceOf(Accepted.class, accept(OTHER));
    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));
    assertInstanceOf(Conflict.class, take(REQUEST));
  }

  @Test
  void aWithdrawnRequestIsStillTheOneThatTheQueueTookBefore() {
    accept(REQUEST);
    inbox.withdraw(assertInstanceOf(Accepted.class, accept(REQUEST)));

    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));
    assertInstanceOf(Conflict.class, accept(OTHER));
    assertFalse(yours(REQUEST).mayHaveBeenPaid());
  }

  @Test
  void theNewestOfManyClaimsCounts() {
    for (int i = 0; i < 40; i++) {
      ledger.giveUp(yours(REQUEST), Outcome.UNAVAILABLE, Settled.NOTHING, deadline());
    }
    yours(REQUEST);

    assertInstanceOf(Pending.class, inbox.find(REQUEST.id()));
    assertEquals(1, open().size());
  }

  /** The claims that have no outcome, and are no reservations. */
  private List<String> open() {
    return names().stream()
        .filter(name -> name.startsWith("claim-"))
        .filter(name -> !text(name).contains("outcome") && !text(name).contains("reserved"))
        .toList();
  }

  /** A delivery that has read what there is, and stands still before it writes. */
  private final class Slow implements AutoCloseable {
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<Yours> taken;

    /** Returns when the delivery is about to write that object. */
    Slow(String before) {
      CountDownLatch reached = new CountDownLatch(1);
      s3.beforePut(
          once(
              before,
              () -> {
                reached.countDown();
                await(mayGoOn);
              }));
      taken = thread.submit(() -> yours(REQUEST));
      await(reached);
    }

    /** Returns what it gets. */
    Yours goesOn() {
      mayGoOn.countDown();
      try {
        return taken.get();
      } catch (ExecutionException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      mayGoOn.countDown();
      thread.close();
    }
  }
}
