package io.imagenlambda.predict;

import io.imagenlambda.predict.CallResult.Answered;
import io.imagenlambda.predict.CallResult.Failed;
import io.imagenlambda.predict.Retries.TryAgain;
import java.time.Duration;
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
  private @Nullable PredictAnswer answer;
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
    } catch (InterruptedException e) {
      return interrupted(e);
    } catch (PredictFailure e) {
      if (e.code().equals(Upstream.INTERRUPTED)) {
        Thread.currentThread().interrupt();
      }
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private PredictAnswer attempt() {
    switch (call()) {
      case Answered result -> {
        PredictAnswer whole =
            new PredictAnswer(
                result.images(),
                result.filteredReasons(),
                result.storedElsewhere(),
                result.providerRequestId(),
                attempts,
                result.maybeCharged());
        answer = whole;
        return whole;
      }
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
    }
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

  /**
   * The guard throws away what an interrupted thread brings back, but an answer that was paid for
   * is worth keeping. The thread stays interrupted, for its owner to see.
   */
  private PredictAnswer interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    PredictAnswer whole = answer;
    if (whole != null) {
      return whole;
    }
    throw failure != null
        ? failure
        : new PredictFailure(
            Failure.of(Outcome.UNKNOWN, Upstream.INTERRUPTED, "the call was interrupted"),
            attempts,
            0,
            e);
  }
}
