package io.imagenlambda.generation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.imagenlambda.predict.Outcome;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is working on a request and until when: the content of {@code claim-{n}.json}.
 *
 * @param digest of the request, see {@link GenerationRequest#digest}
 * @param owner the AWS request id of the invocation
 * @param until when that invocation is over at the latest
 * @param outcome how the work ended: a {@link GenerationResult.Status} or an {@link Outcome}, in
 *     lower case; null while it goes on, or for ever if the process was stopped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
record Claim(
    String digest, String owner, Instant startedAt, Instant until, @Nullable String outcome) {

  /** How far the clocks of two Lambda hosts are thought to differ at most. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  static final String UNKNOWN = "unknown";

  /** A claim from now until the deadline. */
  static Claim of(String digest, String owner, Deadline deadline) {
    Instant now = Instant.now();
    return new Claim(digest, owner, now, now.plus(deadline.remaining()), null);
  }

  Claim ended(String how) {
    return new Claim(digest, owner, startedAt, until, how);
  }

  boolean isRunning(Instant now) {
    return outcome == null && now.isBefore(until.plus(CLOCK_SKEW));
  }

  /** Whether a call may have been charged of which no result is stored. */
  boolean mayHaveBeenPaid() {
    return outcome == null || outcome.equals(UNKNOWN);
  }

  /** For people. */
  String howItEnded() {
    return outcome == null ? "interrupted" : outcome;
  }
}
