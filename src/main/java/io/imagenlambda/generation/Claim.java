package io.imagenlambda.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.predict.Outcome;
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
 * @param outcome how the work ended: a {@link GenerationResult.Status} or an {@link Outcome}, in
 *     lower case; {@code queued} before it begins; null while it goes on, or for ever if the
 *     process was stopped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Claim(
    String digest, String owner, Instant startedAt, Instant until, @Nullable String outcome) {

  /** How far the clocks of two Lambda hosts are thought to differ at most. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /** Nobody has worked on it yet: it is on the queue, and the id is taken. */
  private static final String QUEUED = "queued";

  private static final String UNKNOWN = wire(Outcome.UNKNOWN);
  private static final String UNAVAILABLE = wire(Outcome.UNAVAILABLE);
  private static final String ACCOUNT = wire(Outcome.ACCOUNT);

  /** A claim from now until the deadline. */
  static Claim of(String digest, String owner, Deadline deadline) {
    Instant now = Instant.now();
    return new Claim(digest, owner, now, now.plus(deadline.remaining()), null);
  }

  /** The claim of whoever puts a request on the queue, free for the first delivery. */
  static Claim queued(String digest, String owner) {
    Instant now = Instant.now();
    return new Claim(digest, owner, now, now, QUEUED);
  }

  /** An outcome as it is written in JSON. */
  static String wire(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  Claim ended(String how) {
    return new Claim(digest, owner, startedAt, until, how);
  }

  /**
   * Whether the next delivery has to leave the request alone: the work goes on, or has ended with a
   * result that is there now or in a moment. Only a claim that was given up is free before its time
   * is over.
   */
  boolean holds(Instant now) {
    return !isReleased() && !UNKNOWN.equals(outcome) && now.isBefore(until.plus(CLOCK_SKEW));
  }

  /** Whether a call may have been charged of which no result is stored. */
  boolean mayHaveBeenPaid() {
    return !isReleased();
  }

  private boolean isReleased() {
    return UNAVAILABLE.equals(outcome) || ACCOUNT.equals(outcome) || QUEUED.equals(outcome);
  }

  /** For people. */
  String howItEnded() {
    return outcome == null ? "interrupted" : outcome;
  }
}
