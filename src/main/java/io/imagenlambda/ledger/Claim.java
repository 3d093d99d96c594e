package io.imagenlambda.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Invocation;
import io.imagenlambda.request.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is working on a request and until when: the content of {@code claim-{n}.json}.
 *
 * @param digest of the request, see {@link io.imagenlambda.request.RequestDigest#text}
 * @param owner the AWS request id of the invocation
 * @param invocation the invocation's mark
 * @param sandbox where it runs, see {@link Invocation#sandbox}
 * @param mark unique to this claim: its writer knows it again if S3's answer was lost
 * @param until when that invocation is over at the latest
 * @param ofMessage whether a message of a queue brought the request, which comes again until it is
 *     done
 * @param mayHaveBeenPaid whether a call under another claim may have been charged
 * @param reserved whether no call is made under it, but under the next one, which its writer makes
 *     when it knows that the request is its own. Void as soon as there is a next one
 * @param settled what came of those images for which no call is made again; null for nothing
 * @param outcome how the work ended; null while it runs, or for good if the process was stopped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Claim(
    String digest,
    String owner,
    @Nullable String invocation,
    @Nullable String sandbox,
    @Nullable String mark,
    Instant startedAt,
    Instant until,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean ofMessage,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean mayHaveBeenPaid,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean reserved,
    @Nullable Settled settled,
    @Nullable Ending outcome) {
  /** The largest assumed difference between the clocks of two Lambda hosts. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /**
   * SQS keeps a message for so long at most.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html">Message
   *     quotas</a>
   */
  private static final Duration LONGEST_IN_THE_QUEUE = Duration.ofDays(14);

  /** How the work under a claim ended, which decides whether the next delivery may call. */
  enum Ending {
    /** Nobody has worked on it yet: it is on the queue, and the id is taken. */
    QUEUED,
    /** Nothing was done under it: the queue did not take the request, or another claim has it. */
    WITHDRAWN,
    // A refused call, which was not charged:
    UNAVAILABLE,
    ACCOUNT,
    /** A call that may have been charged and left no result, because it may be repeated. */
    UNKNOWN,
    // A result, which is stored or about to be:
    SUCCEEDED,
    PARTIAL,
    FILTERED,
    FAILED;

    private boolean isUnpaid() {
      return this == QUEUED || this == WITHDRAWN || this == UNAVAILABLE || this == ACCOUNT;
    }

    /** The claim is given up without a result. */
    static Ending without(Outcome outcome) {
      return switch (outcome) {
        case UNAVAILABLE -> UNAVAILABLE;
        case ACCOUNT -> ACCOUNT;
        case UNKNOWN, REJECTED -> UNKNOWN;
      };
    }

    /** The claim ends with a result. */
    static Ending with(GenerationResult.Status status) {
      return switch (status) {
        case SUCCEEDED -> SUCCEEDED;
        case PARTIAL -> PARTIAL;
        case FILTERED -> FILTERED;
        case FAILED -> FAILED;
      };
    }

    @JsonValue
    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A claim for all the time that the invocation has. */
  static Claim working(String digest, Invocation invocation, Instant now) {
    return of(digest, invocation, now, now.plus(invocation.deadline().remaining()), null);
  }

  /** A claim that nobody works under: it takes the id, and says why. */
  static Claim ended(String digest, Invocation invocation, Instant now, Ending how) {
    return of(digest, invocation, now, now, how);
  }

  private static Claim of(
      String digest, Invocation invocation, Instant now, Instant until, @Nullable Ending how) {
    return new Claim(
        digest,
        invocation.requestId(),
        invocation.mark(),
        invocation.sandbox().orElse(null),
        UUID.randomUUID().toString(),
        now,
        until,
        invocation.message().isPresent(),
        false,
        false,
        null,
        how);
  }

  Claim ended(Ending how) {
    return with(mayHaveBeenPaid, reserved, settled, how);
  }

  /** The claim is given up, for the images that are not settled. */
  Claim ended(Ending how, Settled soFar) {
    return with(mayHaveBeenPaid, reserved, soFar.equals(Settled.NOTHING) ? null : soFar, how);
  }

  /** The claim that its writer makes before this one, to look at those of others first. */
  Claim reservation() {
    return with(mayHaveBeenPaid, true, settled, outcome);
  }

  /** The same, with what is known of the calls under other claims of the id. */
  Claim after(Claims others) {
    return with(
        mayHaveBeenPaid || others.areMaybePaid(),
        reserved,
        others.settled().orElse(settled),
        outcome);
  }

  /** The same, with what is known of the calls under an own claim, which was given up. */
  Claim after(Claim refused) {
    return with(mayHaveBeenPaid || refused.mayHaveBeenPaid, reserved, refused.settled, outcome);
  }

  private Claim with(
      boolean paid, boolean forTheNext, @Nullable Settled soFar, @Nullable Ending how) {
    return new Claim(
        digest,
        owner,
        invocation,
        sandbox,
        mark,
        startedAt,
        until,
        ofMessage,
        paid,
        forTheNext,
        soFar,
        how);
  }

  /** Whether this is the other claim, and still as it was when it was written. */
  boolean isStill(Claim other) {
    return mark != null
        && mark.equals(other.mark)
        && reserved == other.reserved
        && outcome == other.outcome;
  }

  /**
   * Whether the next delivery must leave the request alone: the work goes on, or its result is
   * stored or about to be. Only a claim that was given up is free before its time is over.
   */
  boolean holds(Instant now) {
    boolean givenUp = outcome != null && (outcome.isUnpaid() || outcome == Ending.UNKNOWN);
    return !givenUp && now.isBefore(until.plus(CLOCK_SKEW));
  }

  /** The same; a sandbox knows that its earlier invocations are over, whatever their deadline. */
  boolean holds(Instant now, Invocation other) {
    boolean isOver =
        sandbox != null
            && sandbox.equals(other.sandbox().orElse(null))
            && !other.mark().equals(invocation);
    return !isOver && holds(now);
  }

  /** Whether a call may have been charged without a stored result, under this claim or another. */
  boolean isMaybePaid() {
    return mayHaveBeenPaid || (outcome == null ? !reserved : !outcome.isUnpaid());
  }

  boolean isWithdrawn() {
    return outcome == Ending.WITHDRAWN;
  }

  /**
   * Whether the queue may still bring a request whose newest claim this is.
   *
   * @param isStored whether the request was stored to be queued
   */
  boolean mayComeAgain(boolean isStored, Instant now) {
    return (isStored || ofMessage) && now.isBefore(startedAt.plus(LONGEST_IN_THE_QUEUE));
  }

  /** For people. */
  String howItEnded() {
    if (outcome == null) {
      return "its last attempt was interrupted";
    }
    return outcome == Ending.QUEUED
        ? "it was to run later, and did not"
        : "its last attempt ended as " + outcome.wire();
  }
}
