package io.imagenlambda.predict;

import dev.failsafe.FailsafeException;
import io.imagenlambda.predict.CallResult.Answered;
import io.imagenlambda.predict.CallResult.Failed;
import io.imagenlambda.predict.Retries.TryAgain;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One call of a caller's, with all its attempts. */
final class PredictCall {
  private final Upstream upstream;
  private final ApiKey apiKey;
  private final Duration longestAttempt;
  private final String model;
  private final byte[] body;
  private final long deadline;
  private final ImageSink sink;
  private int attempts;
  private @Nullable PredictFailure failure;

  PredictCall(
      Upstream upstream,
      ApiKey apiKey,
      Duration longestAttempt,
      String model,
      byte[] body,
      Duration within,
      ImageSink sink) {
    this.upstream = upstream;
    this.apiKey = apiKey;
    this.longestAttempt = longestAttempt;
    this.model = model;
    this.body = body;
    this.deadline = System.nanoTime() + within.toNanos();
    this.sink = sink;
  }

  PredictAnswer run(Retries retries) {
    try {
      return retries.run(this::attempt);
    } catch (TryAgain exhausted) {
      throw exhausted.failure();
    } catch (FailsafeException interrupted) {
      // Only a wait is interrupted so, and one follows only a failure.
      throw Objects.requireNonNull(failure);
    } catch (PredictFailure e) {
      if (e.code().equals(Upstream.INTERRUPTED)) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  private PredictAnswer attempt() {
    return switch (call()) {
      case Answered result ->
          new PredictAnswer(
              result.images(),
              result.filteredReasons(),
              result.storedElsewhere(),
              result.providerRequestId(),
              attempts,
              result.maybeCharged());
      case Failed result -> {
        Failure why = result.failure();
        PredictFailure failed = new PredictFailure(why, attempts, result.images(), result.cause());
        failure = failed;
        if (worthRepeating(result)) {
          Optional<Duration> wait =
              Retries.wait(attempts, why.retryAfter(), left(), ThreadLocalRandom.current());
          if (wait.isPresent()) {
            throw new TryAgain(failed, wait.get());
          }
        }
        throw failed;
      }
    };
  }

  private boolean worthRepeating(Failed result) {
    return result.failure().outcome() == Outcome.UNAVAILABLE
        && result.images() == 0
        && attempts > 0
        && !result.failure().code().equals(Upstream.INTERRUPTED);
  }

  private CallResult call() {
    if (!left().isPositive()) {
      return new Failed(
          Failure.of(Outcome.UNAVAILABLE, "no_time", "no time is left for a call"), 0, null);
    }
    try {
      String key = apiKey.get();
      CallResult result = callWith(key);
      if (result instanceof Failed failed && failed.failure().outcome() == Outcome.ACCOUNT) {
        Optional<String> other = apiKey.insteadOf(key);
        if (other.isPresent()) {
          return callWith(other.get());
        }
      }
      return result;
    } catch (ApiKey.Unreadable e) {
      return new Failed(e.failure(), 0, e);
    }
  }

  private CallResult callWith(String key) {
    Duration left = left();
    attempts++;
    return upstream.call(
        model, body, key, left.compareTo(longestAttempt) < 0 ? left : longestAttempt, sink);
  }

  private Duration left() {
    return Duration.ofNanos(deadline - System.nanoTime());
  }
}
