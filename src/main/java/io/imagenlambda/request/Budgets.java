package io.imagenlambda.request;

import static io.imagenlambda.request.Deadline.shorter;

import java.time.Duration;
import java.util.Optional;

/**
 * How an invocation's time is divided. A budget is a fixed time, or a fraction of an invocation so
 * short that the fixed time would be all of it.
 */
public final class Budgets {
  /** Lambda's limit, which also replaces a missing deadline. */
  public static final Duration LONGEST_INVOCATION = Duration.ofMinutes(15);

  /**
   * A message waits no longer in a process than this: Lambda's time is paid, SQS's waiting is not.
   */
  public static final Duration FOR_THE_QUEUE = Duration.ofSeconds(3);

  /** For images and result: what was paid for must get into S3, with some retries. */
  private static final Duration TO_STORE = Duration.ofSeconds(5);

  /** For everything after a paid call, and for Lambda itself. */
  private static final Duration AFTER_A_CALL = Duration.ofSeconds(6);

  /** What a call is thought to take until some were made; one that is cut may still be charged. */
  private static final Duration FOR_A_CALL = Duration.ofSeconds(30);

  /** API Gateway gives up on an answer after 30 s. */
  private static final Duration FOR_ANOTHER_DELIVERY = Duration.ofSeconds(20);

  /** A hundred requests written and queued, with all retries of S3 and SQS. */
  private static final Duration FOR_A_CHUNK = Duration.ofSeconds(10);

  private Budgets() {}

  /** The time for all calls of a request: what is left, less what storing needs. */
  public static Duration forCalls(Deadline invocation) {
    return invocation.remaining().minus(shorter(TO_STORE, invocation.total().dividedBy(4)));
  }

  /**
   * Whether another request may start: there must be time for the longest call and for storing. A
   * shorter invocation starts requests in the first half of its time.
   *
   * @param longestCall {@code IMAGEN_TIMEOUT}
   */
  public static boolean startsAnother(Deadline invocation, Duration longestCall) {
    return !untilLastStart(invocation, longestCall).isNegative();
  }

  /** How long another request can wait before it starts; negative if it cannot start any more. */
  public static Duration untilLastStart(Deadline invocation, Duration longestCall) {
    return invocation
        .remaining()
        .minus(shorter(longestCall.plus(AFTER_A_CALL), invocation.total().dividedBy(2)));
  }

  /** Whether the longest call fits into an invocation, and what comes after it. */
  public static boolean fits(Duration longestCall, Duration invocation) {
    return longestCall.plus(AFTER_A_CALL).compareTo(invocation) <= 0;
  }

  /** Whether there is time for a first call: a delivery may have waited for another one. */
  public static boolean allowsFirstCall(Deadline invocation) {
    return invocation.leaves(invocation.total().dividedBy(2));
  }

  /**
   * Whether there is time for a wait and another call after a refused one: for what calls have
   * taken, else for the smaller of 30 s and half of what was left before the wait.
   *
   * @param measured the longest of the latest calls; empty until one was made
   */
  public static boolean allowsFurtherCall(
      Duration left, Duration wait, Optional<Duration> measured) {
    Duration needed = measured.orElseGet(() -> shorter(FOR_A_CALL, left.dividedBy(2)));
    return left.minus(wait).compareTo(needed) >= 0;
  }

  /** How long to wait for the result of another delivery that works on the request. */
  public static Duration forAnotherDelivery(Invocation invocation) {
    return shorter(
        invocation.message().isPresent() ? FOR_THE_QUEUE : FOR_ANOTHER_DELIVERY,
        invocation.deadline().remaining().dividedBy(2));
  }

  /** Whether another chunk of a manifest can be queued. */
  public static boolean fitsAChunk(Deadline invocation) {
    return invocation.leaves(FOR_A_CHUNK);
  }
}
