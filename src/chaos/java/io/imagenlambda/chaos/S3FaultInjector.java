package io.imagenlambda.chaos;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Which call of S3 meets which fault, and how far the clocks are apart: at random, and counted. Of
 * one call at most two attempts in a row fail, so that the function's four are enough.
 */
final class S3Weather {
  private static final List<S3Fault> FAULTS = List.of(S3Fault.values());
  private static final double FAULTY = 0.06;
  private static final int MAX_IN_A_ROW = 2;

  /** Together with the skew shorter than the function's allowance for clocks that differ. */
  private static final int LONGEST_DELAY_MILLIS = 800;

  private static final int SHORTEST_DELAY_MILLIS = 50;

  /** The function allows for five seconds. */
  private static final Duration SKEW = Duration.ofSeconds(4);

  private final Random random;
  private final Map<String, Integer> inARow = new HashMap<>();
  private final Map<S3Fault, Integer> met = new EnumMap<>(S3Fault.class);
  private int calls;
  private int skewed;
  private boolean calm;

  S3Weather(long seed) {
    random = new Random(seed);
  }

  /** From now on nothing fails, and all clocks are right. */
  synchronized void calm() {
    calm = true;
  }

  /** What the next attempt of a call meets. */
  synchronized Optional<S3Fault> next(String call, boolean conditional) {
    calls++;
    if (calm
        || random.nextDouble() >= FAULTY
        || inARow.merge(call, 1, Integer::sum) > MAX_IN_A_ROW) {
      inARow.remove(call);
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

  /** How far ahead of the reader's clock the clock is that a claim was written by. */
  synchronized Duration skew() {
    if (calm) {
      return Duration.ZERO;
    }
    skewed++;
    return random.nextBoolean() ? SKEW : SKEW.negated();
  }

  /** How many attempts there were. */
  synchronized int calls() {
    return calls;
  }

  /** How many claims were read by a clock that differs. */
  synchronized int skewed() {
    return skewed;
  }

  synchronized Map<S3Fault, Integer> met() {
    return new EnumMap<>(met);
  }
}
