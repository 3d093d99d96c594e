package io.imagenlambda.generation;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long each step of a generation has taken. For one thread. */
final class Stages {
  private final long start = System.nanoTime();
  private long last = start;
  private Duration claim = Duration.ZERO;
  private @Nullable Duration predict;
  private Duration store = Duration.ZERO;

  /** It is known whose the request is. */
  void claimed() {
    claim = lap();
  }

  /** The provider's answer has ended, well or not. */
  void answered() {
    predict = lap();
  }

  /** What there is to store is stored. */
  void stored() {
    store = lap();
  }

  private Duration lap() {
    long now = System.nanoTime();
    Duration lap = Duration.ofNanos(now - last);
    last = now;
    return lap;
  }

  /** Waiting for another delivery included. */
  Duration claim() {
    return claim;
  }

  /** From the first call to the end of the last answer; empty where no call was made. */
  Optional<Duration> predict() {
    return Optional.ofNullable(predict);
  }

  /** What was left to store when the answer had ended. */
  Duration store() {
    return store;
  }

  /** From the beginning until now. */
  Duration total() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
