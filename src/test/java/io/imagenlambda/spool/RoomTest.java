package io.imagenlambda.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.imagenlambda.request.Deadline;
import io.imagenlambda.request.TestClock;
import io.imagenlambda.spool.Room.Share;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.Thread.State;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who is let in, who may have more, and who waits for whom. */
final class RoomTest {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(1);
  private static final long LARGEST = 1000;

  /** The room leaves a part of a disk's 3,100 bytes to the disk. */
  private static final long CAPACITY = 3052;

  private final AtomicLong disk = new AtomicLong(3100);
  private final AtomicLong written = new AtomicLong();
  private final TestClock clock = new TestClock();
  private final Deadline deadline = clock.deadline(Duration.ofMinutes(10));
  private final Deadline noTime = clock.deadline(Duration.ZERO);
  private final Share one = new Share();
  private final Share two = new Share();
  private final Share three = new Share();
  private final Share four = new Share();

  private Room room() {
    return new Room(() -> disk.get() - written.get(), LARGEST);
  }

  @Test
  void asManyRequestsAreLetInAsLargestImagesFit() {
    Room room = room();

    assertEquals(CAPACITY, room.capacity());
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));
    assertTrue(room.admit(three, 1, noTime, LONGEST_CALL));
    assertFalse(room.admit(four, 1, noTime, LONGEST_CALL));
  }

  @Test
  void whereNotEvenOneFitsOneIsLetInAtATime() {
    disk.set(0);
    Room room = room();

    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    assertFalse(room.admit(two, 1, noTime, LONGEST_CALL));
    room.leave(one);
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));
  }

  @Test
  void whatAnotherProcessHasFreedCountsWhenARequestComes() {
    disk.set(1100);
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    assertFalse(room.admit(two, 1, noTime, LONGEST_CALL));

    disk.set(3100);
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));
  }

  @Test
  void eachRequestHasItsGuaranteeAndTheRestIsForWhoeverComesFirst() {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));

    assertTrue(room.takeNow(one, CAPACITY - LARGEST));
    assertFalse(room.takeNow(one, 1));
    assertTrue(room.takeNow(two, LARGEST));
    assertFalse(room.takeNow(two, 1));
  }

  @Test
  void whatARequestHasBeyondItsGuaranteeIsMissingForTheNextRequest() {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY - LARGEST + 1);
    assertFalse(room.admit(two, 1, noTime, LONGEST_CALL));

    release(room, one, 1);
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));
  }

  @Test
  void whatARequestStillHoldsWhenItLeavesIsNotGivenToOthers() {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY);
    room.leave(one);
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL)); // somebody must be let in
    assertFalse(room.takeNow(two, 1));

    release(room, one, CAPACITY);
    assertTrue(room.takeNow(two, CAPACITY));
  }

  @Test
  void requestsAreLetInInTheOrderOfTheirArrival() throws Exception {
    disk.set(1100);
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    FutureTask<Boolean> second = started(() -> room.admit(two, 1, deadline, LONGEST_CALL));
    FutureTask<Boolean> third = started(() -> room.admit(three, 1, deadline, LONGEST_CALL));
    FutureTask<Boolean> fourth = started(() -> room.admit(four, 1, deadline, LONGEST_CALL));

    room.leave(one);
    assertTrue(ended(second));
    assertFalse(third.isDone() || fourth.isDone());
    room.leave(two);
    assertTrue(ended(third));
    assertFalse(fourth.isDone());
    room.leave(three);
    assertTrue(ended(fourth));
  }

  @Test
  void nobodyOvertakesOneThatWaits() throws Exception {
    disk.set(1100);
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    FutureTask<Boolean> second = started(() -> room.admit(two, 1, deadline, LONGEST_CALL));

    synchronized (room) { // before the second one wakes up
      room.leave(one);
      assertFalse(room.admit(three, 1, noTime, LONGEST_CALL));
    }
    assertTrue(ended(second));
  }

  @Test
  void oneThatGivesUpDoesNotHoldUpThoseBehindIt() throws Exception {
    disk.set(1100);
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    Deadline early = clock.deadline(Duration.ofMinutes(3));
    FutureTask<Boolean> second = started(() -> room.admit(two, 1, early, LONGEST_CALL));
    FutureTask<Boolean> third = started(() -> room.admit(three, 1, deadline, LONGEST_CALL));

    clock.pass(Duration.ofSeconds(115)); // 65 are left: too few for a call of a minute and the rest
    room.release(one, 0);
    assertFalse(ended(second));
    room.leave(one);
    assertTrue(ended(third));
  }

  @Test
  void anInterruptedRequestIsNotLetInAndStaysInterrupted() {
    disk.set(1100);
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));

    Thread.currentThread().interrupt();
    assertFalse(room.admit(two, 1, deadline, LONGEST_CALL));
    assertTrue(Thread.interrupted());
  }

  @Test
  void oneThatWaitsGoesOnWhenSomethingIsReleased() throws Exception {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY);
    FutureTask<Boolean> waits = started(() -> take(room, one));

    release(room, one, 100);
    assertTrue(ended(waits));
  }

  @Test
  void oneThatWaitsGoesOnWhenAnotherProcessFreesSomething() throws Exception {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY);
    FutureTask<Boolean> waits = started(() -> take(room, one));

    disk.set(10_000);
    assertTrue(ended(waits));
  }

  @Test
  void oneThatWaitsGivesUpWhenTheInvocationNeedsTheTimeForStoring() throws Exception {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY);
    FutureTask<Boolean> waits = started(() -> take(room, one));

    clock.pass(Duration.ofMinutes(10).minusSeconds(5));
    release(room, one, 1);
    var failed = assertThrows(ExecutionException.class, () -> ended(waits));
    assertEquals(
        "java.io.IOException: nothing was freed before the invocation had to end",
        failed.getMessage());
  }

  @Test
  void ofAllThatWaitForEachOtherOneGivesUp() throws Exception {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    assertTrue(room.admit(two, 1, noTime, LONGEST_CALL));
    write(room, one, 500);
    write(room, two, 500);
    disk.set(1016); // another process has taken the rest, and the guarantees with it
    room.full();

    FutureTask<Boolean> first = started(() -> isCompleted(room, one));
    FutureTask<Boolean> second = started(() -> isCompleted(room, two));
    assertTrue(ended(first) != ended(second));
  }

  @Test
  void anInterruptEndsTheWaitForMore() throws Exception {
    Room room = room();
    assertTrue(room.admit(one, 1, noTime, LONGEST_CALL));
    write(room, one, CAPACITY);

    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> room.take(one, 0, 1, deadline));
    assertTrue(Thread.interrupted());
  }

  private void write(Room room, Share share, long bytes) {
    assertTrue(room.takeNow(share, bytes));
    written.addAndGet(bytes);
  }

  private void release(Room room, Share share, long bytes) {
    synchronized (room) {
      written.addAndGet(-bytes);
      room.release(share, bytes);
    }
  }

  /** A complete image is held, and another one arrives. */
  private boolean take(Room room, Share share) throws IOException {
    room.take(share, 0, 100, deadline);
    return true;
  }

  /** Half an image needs its other half, and lets go of what it has if it does not get it. */
  private boolean isCompleted(Room room, Share share) {
    try {
      room.take(share, 500, 500, deadline);
      return true;
    } catch (IOException e) {
      release(room, share, 500);
      return false;
    }
  }

  /** Runs on a thread of its own, until it has ended or waits. */
  private static FutureTask<Boolean> started(Callable<Boolean> work) {
    FutureTask<Boolean> task = new FutureTask<>(work);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != State.TIMED_WAITING && thread.getState() != State.TERMINATED) {
      Thread.onSpinWait();
    }
    return task;
  }

  private static boolean ended(FutureTask<Boolean> task) throws Exception {
    return task.get(60, TimeUnit.SECONDS);
  }
}
