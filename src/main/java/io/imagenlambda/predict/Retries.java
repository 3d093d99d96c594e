package io.imagenlambda.predict;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Repeats what asks for it with {@link TryAgain}. How long to wait is decided where the answer is
 * known, because the provider has a say in it; here is how often.
 */
@Singleton
final class Retries {
  /** A call that failed, was not charged, and is worth repeating after a wait. */
  static final class TryAgain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final PredictFailure failure;
    private final Duration wait;

    TryAgain(PredictFailure failure, Duration wait) {
      super(failure);
      this.failure = failure;
      this.wait = wait;
    }

    PredictFailure failure() {
      return failure;
    }
  }

  static final int MOST_ATTEMPTS = 5;

  private static final Logger LOG = Logger.getLogger(Retries.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration TIME_FOR_A_CALL = Duration.ofSeconds(10);

  private final FailsafeExecutor<PredictAnswer> guard =
      Failsafe.with(
          RetryPolicy.<PredictAnswer>builder()
              .handle(TryAgain.class)
              .withMaxAttempts(MOST_ATTEMPTS)
              .withDelayFnOn(failed -> ((TryAgain) failed.getLastException()).wait, TryAgain.class)
              .onRetryScheduled(failed -> log((TryAgain) failed.getLastException()))
              .build());

  private static void log(TryAgain again) {
    // Not the message: it may quote the prompt.
    LOG.warnf(
        "predict: attempt %d failed with %s and is repeated after %d ms",
        again.failure.attempts(), again.failure.code(), again.wait.toMillis());
  }

  /**
   * Runs on the calling thread, which sleeps between attempts.
   *
   * @throws TryAgain of the last attempt
   * @throws dev.failsafe.FailsafeException around the {@link InterruptedException} of a wait; the
   *     thread stays interrupted
   */
  PredictAnswer run(Supplier<PredictAnswer> attempt) {
    return guard.get(attempt::get);
  }

  /**
   * How long to wait before the next attempt: what the provider asks and up to a tenth more, else
   * 1, 2, 4, … seconds, of which up to half is left to chance.
   *
   * @param failed how many attempts have failed, from 1
   * @param asked what the provider asks
   * @param left how much time there is
   * @return empty where no time would be left to answer; a call cut short may still be charged
   */
  static Optional<Duration> wait(
      int failed, Optional<Duration> asked, Duration left, RandomGenerator random) {
    Duration wait =
        asked
            .filter(Duration::isPositive)
            .map(duration -> scaled(duration, 1 + random.nextDouble() / 10))
            .orElseGet(() ->
                scaled(FIRST_WAIT.multipliedBy(1L << (failed - 1)), 1 - random.nextDouble() / 2));
    Duration half = left.dividedBy(2);
    Duration needed = half.compareTo(TIME_FOR_A_CALL) < 0 ? half : TIME_FOR_A_CALL;
    return left.minus(wait).compareTo(needed) < 0 ? Optional.empty() : Optional.of(wait);
  }

  private static Duration scaled(Duration duration, double by) {
    return Duration.ofMillis((long) (duration.toMillis() * by));
  }
}
