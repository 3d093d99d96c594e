package io.imagenlambda.predict;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one call failed; {@link PredictFailure} adds what only the whole knows.
 *
 * @param httpStatus of the answer; 0 where there was none
 */
record Failure(
    Outcome outcome,
    int httpStatus,
    String code,
    String message,
    @Nullable String providerRequestId,
    Optional<Duration> retryAfter) {
  static Failure of(Outcome outcome, String code, String message) {
    return new Failure(outcome, 0, code, message, null, Optional.empty());
  }

  Failure withProviderRequestId(@Nullable String id) {
    return new Failure(
        outcome,
        httpStatus,
        code,
        message,
        providerRequestId != null ? providerRequestId : id,
        retryAfter);
  }

  /** The relay may repeat the key in its message ("Incorrect API key provided: …"). */
  Failure without(String secret) {
    // A few letters would be found in any message; no real key is that short.
    return secret.length() < 8
        ? this
        : new Failure(
            outcome,
            httpStatus,
            code,
            message.replace(secret, "***"),
            providerRequestId,
            retryAfter);
  }
}
