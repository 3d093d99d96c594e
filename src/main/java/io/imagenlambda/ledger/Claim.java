package io.imagenlambda.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.imagenlambda.request.GenerationRequest;
import io.imagenlambda.request.GenerationResult;
import io.imagenlambda.request.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who is working on a request and until when: the content of {@code claim-{n}.json}.
 *
 * @param digest of the request, see {@link GenerationRequest#digest}
 * @param owner the AWS request id of the invocation
 * @param until when that invocation is over at the latest
 * @param outcome how the work ended; null while it runs, or for good if the process was stopped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Claim(
    String digest, String owner, Instant startedAt, Instant until, @Nullable Ending outcome) {
  /** The largest assumed difference between the clocks of two Lambda hosts. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /** How the work under a claim ended, which decides whether the next delivery may call. */
  enum Ending {
    /** Nobody has worked on it yet: it is on the queue, and the id is taken. */
    QUEUED,
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
      return this == QUEUED || this == UNAVAILABLE || this == ACCOUNT;
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

  static Claim working(String digest, String owner, Instant now, Duration remaining) {
    return new Claim(digest, owner, now, now.plus(remaining), null);
  }

  /** The claim of a queued request, free for the first delivery. */
  static Claim queued(String digest, String owner, Instant now) {
    return new Claim(digest, owner, now, now, Ending.QUEUED);
  }

  /** The claim of a request that was refused, whose result follows. */
  static Claim refused(String digest, String owner, Instant now) {
    return new Claim(digest, owner, now, now, Ending.FAILED);
  }

  Claim ended(Ending how) {
    return new Claim(digest, owner, startedAt, until, how);
  }

  /**
   * Whether the next delivery must leave the request alone: the work goes on, or its result is
   * stored or about to be. Only a claim that was given up is free before its time is over.
   */
  boolean holds(Instant now) {
    boolean givenUp = outcome != null && (outcome.isUnpaid() || outcome == Ending.UNKNOWN);
    return !givenUp && now.isBefore(until.plus(CLOCK_SKEW));
  }

  /** Whether a call may have been charged without a stored result. */
  boolean mayHaveBeenPaid() {
    return outcome == null || !outcome.isUnpaid();
  }

  /** For people. */
  String howItEnded() {
    return outcome == null ? "interrupted" : outcome.wire();
  }
}
