package io.imagenlambda.chaos;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Decides at random which call of S3 fails and how, and how far clocks differ, and counts it. At
 * most two attempts of a call fail in a row, so the function's four attempts are enough.
 */
final class S3FaultInjector {
  /** What can go wrong between the function and S3. */
  enum S3Fault {
    SLOW_DOWN("503 SlowDown"),
    INTERNAL_ERROR("500 InternalError"),
    CONFLICT("409 ConditionalRequestConflict"),
    SLOW("slow"),
    CUT_BEFORE("cut before S3 had the request"),
    CUT_AFTER("cut after S3 had done it"),
    CUT_WITHIN("cut in the answer");

    private final String title;

    S3Fault(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static final List<S3Fault> FAULTS = List.of(S3Fault.values());
  private static final double FAULT_RATE = 0.06;
  private static final int MAX_FAULTS_IN_A_ROW = 2;

  /** With the clock difference still below the five seconds that the function allows for. */
  private static final int LONGEST_DELAY_MILLIS = 800;

  private static final int SHORTEST_DELAY_MILLIS = 50;

  /** A clock difference; the function allows for five seconds. */
  private static final Duration SKEW = Duration.ofSeconds(4);

  private final Random random;
  private final Map<String, Integer> faultsInARow = new HashMap<>();
  private final Map<S3Fault, Integer> met = new EnumMap<>(S3Fault.class);
  private int calls;
  private int skewed;
  private boolean stopped;

  S3FaultInjector(long seed) {
    random = new Random(seed);
  }

  /** From now on nothing fails, and all clocks agree. */
  synchronized void stop() {
    stopped = true;
  }

  /** The fault of the next attempt of a call; empty where it succeeds. */
  synchronized Optional<S3Fault> next(String call, boolean conditional) {
    calls++;
    if (stopped
        || random.nextDouble() >= FAULT_RATE
        || faultsInARow.merge(call, 1, Integer::sum) > MAX_FAULTS_IN_A_ROW) {
      faultsInARow.remove(call);
      return Optional.empty();
    }
    S3Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
    if (fault == S3Fault.CONFLICT && !conditional) {
      fault = S3Fault.SLOW_DOWN;
    }
    met.merge(fault, 1, Integer::sum);
    return Optional.of(fault);
  }

  synchronized Duration delay() {
    return Duration.ofMillis(random.nextInt(SHORTEST_DELAY_MILLIS, LONGEST_DELAY_MILLIS));
  }

  /**
   * How far the clock of a claim's writer is ahead of the reader's; negative where it is behind.
   */
  synchronized Duration skew() {
    if (stopped) {
      return Duration.ZERO;
    }
    skewed++;
    return random.nextBoolean() ? SKEW : SKEW.negated();
  }

  /** How many attempts there were in all. */
  synchronized int calls() {
    return calls;
  }

  /** How many claims were read with a clock that differs. */
  synchronized int skewed() {
    return skewed;
  }

  synchronized Map<S3Fault, Integer> met() {
    return new EnumMap<>(met);
  }
}
