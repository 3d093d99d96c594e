package io.imagenlambda.chaos;

import io.imagenlambda.lab.trigger.Mishap;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Decides at random which messages do not get into a queue, or not out of it in one piece, and
 * counts it.
 */
final class SqsFaultInjector {
  /** What can go wrong when the function sends messages. */
  enum SqsFault {
    UNAVAILABLE("503"),
    CUT_BEFORE("cut before SQS had the messages"),
    CUT_AFTER("cut after SQS had the messages"),
    PARTLY("took only a part");

    private final String title;

    SqsFault(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private static final List<SqsFault> FAULTS = List.of(SqsFault.values());
  private static final double FAULT_RATE = 0.25;

  private static final List<Mishap> MISHAPS =
      List.of(Mishap.LOST, Mishap.NOT_DELETED, Mishap.TWICE);
  private static final double MISHAP_RATE = 0.1;

  private final Random random;
  private final Map<SqsFault, Integer> met = new EnumMap<>(SqsFault.class);
  private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
  private boolean stopped;

  SqsFaultInjector(long seed) {
    random = new Random(seed);
  }

  /** From now on nothing fails. */
  synchronized void stop() {
    stopped = true;
  }

  /** The fault of the function's next call; empty where it succeeds. */
  synchronized Optional<SqsFault> next() {
    if (stopped || random.nextDouble() >= FAULT_RATE) {
      return Optional.empty();
    }
    SqsFault fault = FAULTS.get(random.nextInt(FAULTS.size()));
    met.merge(fault, 1, Integer::sum);
    return Optional.of(fault);
  }

  /** What happens to the next batch on its way to the function. */
  synchronized Mishap nextMishap() {
    if (stopped || random.nextDouble() >= MISHAP_RATE) {
      return Mishap.NONE;
    }
    Mishap mishap = MISHAPS.get(random.nextInt(MISHAPS.size()));
    mishaps.merge(mishap, 1, Integer::sum);
    return mishap;
  }

  /** Whether SQS does not take a message of a batch. */
  synchronized boolean refusesMessage() {
    return random.nextBoolean();
  }

  /** How often each fault was met in sending, by its title. */
  synchronized Map<String, Integer> met() {
    Map<String, Integer> byTitle = new LinkedHashMap<>();
    met.forEach((fault, count) -> byTitle.put(fault.title(), count));
    return byTitle;
  }

  /** How many batches met each mishap. */
  synchronized Map<Mishap, Integer> mishaps() {
    return new EnumMap<>(mishaps);
  }
}
