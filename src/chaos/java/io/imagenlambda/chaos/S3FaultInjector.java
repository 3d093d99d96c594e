package io.imagenlambda.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides at random which call of S3 fails and how, and how far clocks differ, and counts it. At
 * most two attempts of a call fail in a row, so the function's four attempts are enough. In a
 * brownout that is not so: nearly every call fails for ten seconds.
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
    CUT_WITHIN("cut in the answer"),
    // Only in a brownout:
    HANG_BEFORE("no answer"),
    HANG_AFTER("no answer after S3 had done it");

    private final String title;

    S3Fault(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static final List<S3Fault> FAULTS =
      List.of(
          S3Fault.SLOW_DOWN,
          S3Fault.INTERNAL_ERROR,
          S3Fault.CONFLICT,
          S3Fault.SLOW,
          S3Fault.CUT_BEFORE,
          S3Fault.CUT_AFTER,
          S3Fault.CUT_WITHIN);
  private static final double FAULT_RATE = 0.06;

  private static final List<S3Fault> BROWNOUT_FAULTS =
      List.of(
          S3Fault.SLOW_DOWN,
          S3Fault.INTERNAL_ERROR,
          S3Fault.CUT_BEFORE,
          S3Fault.CUT_AFTER,
          S3Fault.HANG_BEFORE,
          S3Fault.HANG_AFTER);
  private static final double BROWNOUT_FAULT_RATE = 0.9;
  private static final Duration BROWNOUT = Duration.ofSeconds(10);

  /** How many calls there are between two brownouts; half as many before the first. */
  private static final int CALLS_BETWEEN_BROWNOUTS = 2500;

  /** The id in a call of an object, or of the list of its folder. */
  private static final Pattern ID = Pattern.compile("/images/images/([^/?]+)/|images%2F(.+?)%2F");

  private static final int MAX_FAULTS_IN_A_ROW = 2;

  /** With the clock difference still below the five seconds that the function allows for. */
  private static final int LONGEST_DELAY_MILLIS = 800;

  private static final int SHORTEST_DELAY_MILLIS = 50;

  /** A clock difference; the function allows for five seconds. */
  private static final Duration SKEW = Duration.ofSeconds(4);

  private final Random random;
  private final InstantSource clock;
  private final Map<String, Integer> faultsInARow = new HashMap<>();
  private final Map<S3Fault, Integer> met = new EnumMap<>(S3Fault.class);
  private final Set<String> idsInBrownouts = new HashSet<>();
  private int calls;
  private int callsUntilBrownout = CALLS_BETWEEN_BROWNOUTS / 2;
  private int brownouts;
  private Instant brownoutEnd;
  private int skewed;
  private boolean stopped;

  S3FaultInjector(long seed, InstantSource clock) {
    this.random = new Random(seed);
    this.clock = clock;
    this.brownoutEnd = clock.instant();
  }

  /** From now on nothing fails, and all clocks agree. */
  synchronized void stop() {
    stopped = true;
  }

  /** The fault of the next attempt of a call; empty where it succeeds. */
  synchronized Optional<S3Fault> next(String call, boolean conditional) {
    calls++;
    if (!stopped && isBrownout()) {
      return nextInBrownout(call);
    }
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

  /** Whether a brownout goes on or begins with this call. */
  private boolean isBrownout() {
    if (leftOfBrownout().isPositive()) {
      return true;
    }
    callsUntilBrownout--;
    if (callsUntilBrownout > 0) {
      return false;
    }
    callsUntilBrownout = CALLS_BETWEEN_BROWNOUTS;
    brownoutEnd = clock.instant().plus(BROWNOUT);
    brownouts++;
    return true;
  }

  private Optional<S3Fault> nextInBrownout(String call) {
    if (random.nextDouble() >= BROWNOUT_FAULT_RATE) {
      return Optional.empty();
    }
    Matcher id = ID.matcher(call);
    if (id.find()) {
      idsInBrownouts.add(id.group(1) == null ? id.group(2) : id.group(1));
    }
    S3Fault fault = BROWNOUT_FAULTS.get(random.nextInt(BROWNOUT_FAULTS.size()));
    met.merge(fault, 1, Integer::sum);
    return Optional.of(fault);
  }

  /** How long the brownout still lasts; not positive where there is none. */
  synchronized Duration leftOfBrownout() {
    return Duration.between(clock.instant(), brownoutEnd);
  }

  synchronized int brownouts() {
    return brownouts;
  }

  /** The ids of the folders of which a call failed in a brownout. */
  synchronized Set<String> idsInBrownouts() {
    return Set.copyOf(idsInBrownouts);
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
