package io.imagenlambda.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the time of an invocation is shared out. */
final class BudgetsTest {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

  private final TestClock clock = new TestClock();

  private Deadline deadline(long seconds) {
    return clock.deadline(Duration.ofSeconds(seconds));
  }

  @Test
  void storingKeepsFiveSecondsOrAQuarterOfAShortInvocation() {
    assertEquals(Duration.ofSeconds(175), Budgets.forCalls(deadline(180)));
    assertEquals(Duration.ofSeconds(9), Budgets.forCalls(deadline(12)));
  }

  @Test
  void whatStoringKeepsIsAPartOfTheWholeTimeNotOfWhatIsLeft() {
    Deadline deadline = deadline(180);
    clock.pass(Duration.ofSeconds(172));

    assertEquals(Duration.ofSeconds(3), Budgets.forCalls(deadline));
  }

  @Test
  void anotherRequestStartsWhileTheLongestCallAndItsEndFit() {
    Deadline deadline = deadline(300);
    clock.pass(Duration.ofSeconds(300 - 126));
    assertTrue(Budgets.startsAnother(deadline, LONGEST_CALL));

    clock.pass(Duration.ofMillis(1));
    assertFalse(Budgets.startsAnother(deadline, LONGEST_CALL));
  }

  @Test
  void aShortInvocationStartsRequestsInItsFirstHalf() {
    Deadline deadline = deadline(60);
    clock.pass(Duration.ofSeconds(30));
    assertTrue(Budgets.startsAnother(deadline, LONGEST_CALL));

    clock.pass(Duration.ofMillis(1));
    assertFalse(Budgets.startsAnother(deadline, LONGEST_CALL));
  }

  @Test
  void aFirstCallWantsHalfOfTheInvocation() {
    Deadline deadline = deadline(60);
    clock.pass(Duration.ofSeconds(30));
    assertTrue(Budgets.allowsFirstCall(deadline));

    clock.pass(Duration.ofMillis(1));
    assertFalse(Budgets.allowsFirstCall(deadline));
  }

  @Test
  void aFurtherCallWantsThirtySecondsOrHalfOfWhatWasLeftBeforeItsWait() {
    assertTrue(allowsFurtherCall(100, 70, Optional.empty()));
    assertFalse(allowsFurtherCall(100, 71, Optional.empty()));
    assertTrue(allowsFurtherCall(28, 14, Optional.empty()));
    assertFalse(allowsFurtherCall(28, 15, Optional.empty()));
  }

  @Test
  void aFurtherCallWantsWhatCallsHaveTakenOnceThatIsKnown() {
    Optional<Duration> measured = Optional.of(Duration.ofSeconds(40));
    assertTrue(allowsFurtherCall(60, 20, measured));
    assertFalse(allowsFurtherCall(60, 21, measured));
    assertFalse(allowsFurtherCall(60, 100_000_000, measured));
  }

  private static boolean allowsFurtherCall(long left, long wait, Optional<Duration> measured) {
    return Budgets.allowsFurtherCall(Duration.ofSeconds(left), Duration.ofSeconds(wait), measured);
  }

  @Test
  void anotherDeliveryIsWaitedForTwentySecondsOrHalfOfWhatIsLeft() {
    assertEquals(Duration.ofSeconds(20), Budgets.forAnotherDelivery(invocation(180)));
    assertEquals(Duration.ofSeconds(5), Budgets.forAnotherDelivery(invocation(10)));
  }

  @Test
  void aMessageWaitsForAnotherDeliveryForThreeSeconds() {
    Invocation.Message message = new Invocation.Message(clock.instant(), 1);

    assertEquals(Duration.ofSeconds(3), Budgets.forAnotherDelivery(invocation(180).of(message)));
  }

  private Invocation invocation(long seconds) {
    return Invocation.begun("an-invocation", Optional.empty(), "sqs", deadline(seconds));
  }

  @Test
  void aChunkOfAManifestWantsTenSeconds() {
    Deadline deadline = deadline(20);
    clock.pass(Duration.ofSeconds(10));
    assertTrue(Budgets.fitsAChunk(deadline));

    clock.pass(Duration.ofMillis(1));
    assertFalse(Budgets.fitsAChunk(deadline));
  }

  @Test
  void aDeadlineWithinAnotherEndsNoLater() {
    Deadline deadline = deadline(60);

    assertEquals(Duration.ofSeconds(10), deadline.within(Duration.ofSeconds(10)).remaining());
    assertEquals(Duration.ofSeconds(60), deadline.within(Duration.ofSeconds(90)).remaining());
    clock.pass(Duration.ofSeconds(70));
    assertEquals(Duration.ZERO, deadline.remaining());
  }
}
