package io.imagenlambda.predict;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A call that gave no answer; its message is one line for people and never holds the key. */
public final class PredictFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final int attempts;
  private final int images;

  PredictFailure(Failure failure, int attempts, int images, @Nullable Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
    this.attempts = attempts;
    this.images = images;
  }

  /** How to deal with it. */
  public Outcome outcome() {
    return failure.outcome();
  }

  /** The message, which there always is. */
  public String text() {
    return failure.message();
  }

  /**
   * The provider's code where it gives one, else the HTTP status, else what happened: {@code
   * timeout}, {@code connection_cut}, {@code malformed_answer}, {@code answer_too_large}, {@code
   * connect_failed}, {@code api_key}, {@code interrupted}, {@code no_time}.
   */
  public String code() {
    return failure.code();
  }

  /** The status of the answer; empty where there was none. */
  public OptionalInt httpStatus() {
    return failure.httpStatus() == 0 ? OptionalInt.empty() : OptionalInt.of(failure.httpStatus());
  }

  /** Whether the last call may have been charged; those before it were not. */
  public boolean maybeCharged() {
    return failure.outcome() == Outcome.UNKNOWN || images > 0;
  }

  /** What the provider calls the call; null where it does not say. */
  public @Nullable String providerRequestId() {
    return failure.providerRequestId();
  }

  /** How many calls were made, from 0. */
  public int attempts() {
    return attempts;
  }

  /** How long the provider asked to wait before the next call. */
  public Optional<Duration> retryAfter() {
    return failure.retryAfter();
  }

  /** How many whole images were handed to the sink before. */
  public int images() {
    return images;
  }
}
