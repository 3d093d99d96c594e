package io.imagenlambda.request;

import static io.imagenlambda.request.Deadline.shorter;

import java.time.Duration;

/**
 * How the time of an invocation is shared out. Each budget has a fixed part for the usual
 * invocation of minutes, and a fraction for one so short that the fixed part would be all of it.
 */
public final class Budgets {
  /** Lambda's own limit; it stands in where the runtime gives no deadline. */
  public static final Duration LONGEST_INVOCATION = Duration.ofMinutes(15);

  /** For images and result: what was paid for must get into S3, with some retries. */
  private static final Duration TO_STORE = Duration.ofSeconds(5);

  /** For all that comes after a paid call, and for Lambda's own part. */
  private static final Duration AFTER_A_CALL = Duration.ofSeconds(6);

  /** An image takes five to ten seconds; a call that is cut short may still be charged. */
  private static final Duration FOR_A_FURTHER_CALL = Duration.ofSeconds(10);

  /** API Gateway gives up on an answer after 30 s. */
  private static final Duration FOR_ANOTHER_DELIVERY = Duration.ofSeconds(20);

  /** A hundred requests written and queued, with all retries of S3 and SQS. */
  private static final Duration FOR_A_CHUNK = Duration.ofSeconds(10);

  private Budgets() {}

  /** The time for all calls of a request: what is left, without what storing needs. */
  public static Duration forCalls(Deadline invocation) {
    return invocation.remaining().minus(shorter(TO_STORE, invocation.total().dividedBy(4)));
  }

  /**
   * Whether another request may start: its call may take as long as a call may, and has to be
   * stored. An invocation that is shorter than that uses the first half of its time.
   *
   * @param longestCall {@code IMAGEN_TIMEOUT}
   */
  public static boolean startsAnother(Deadline invocation, Duration longestCall) {
    return invocation.leaves(
        shorter(longestCall.plus(AFTER_A_CALL), invocation.total().dividedBy(2)));
  }

  /** Whether a call may follow a refused one after a wait. */
  public static boolean allowsFurtherCall(Duration left, Duration wait) {
    return left.minus(wait).compareTo(shorter(FOR_A_FURTHER_CALL, left.dividedBy(2))) >= 0;
  }

  /** How long to wait for the result of another delivery that has the request. */
  public static Duration forAnotherDelivery(Deadline invocation) {
    return shorter(FOR_ANOTHER_DELIVERY, invocation.remaining().dividedBy(2));
  }

  /** Whether another chunk of a manifest can be queued. */
  public static boolean fitsAChunk(Deadline invocation) {
    return invocation.leaves(FOR_A_CHUNK);
  }
}
