package io.imagenlambda.chaos;

import io.imagenlambda.lab.timeline.LabEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Records the events of the lab: invocations, their processes, and calls of the provider. */
final class EventRecorder {
  /** Lambda's error types for a process that ended without an answer. */
  private static final Set<String> CRASHES = Set.of("Runtime.ExitError", "Sandbox.Timedout");

  private static final String BEHIND_AN_ANSWER = "died behind its answer";

  private final Map<String, Long> pidsAtWork = new ConcurrentHashMap<>();
  private final Map<String, Crash> crashed = new ConcurrentHashMap<>();
  private final AtomicInteger invocations = new AtomicInteger();
  private final AtomicInteger processes = new AtomicInteger();
  private int calls;

  private record Crash(String how, Instant at) {}

  void record(LabEvent event) {
    switch (event) {
      case LabEvent.Started _ -> processes.incrementAndGet();
      case LabEvent.Delivered delivered -> {
        invocations.incrementAndGet();
        pidsAtWork.put(delivered.requestId(), delivered.pid());
      }
      case LabEvent.Answered answered -> {
        String error = answered.error();
        if (error != null && CRASHES.contains(error)) {
          crashed.put(answered.requestId(), new Crash(error, Instant.now()));
        }
      }
      case LabEvent.Over over -> {
        pidsAtWork.remove(over.requestId());
        if (over.died()) {
          crashed.putIfAbsent(over.requestId(), new Crash(BEHIND_AN_ANSWER, Instant.now()));
        }
      }
      case LabEvent.Called _ -> called();
      case LabEvent.Predicted _, LabEvent.Stored _, LabEvent.Received _ -> {}
    }
  }

  private synchronized void called() {
    calls++;
    notifyAll();
  }

  /** Waits for so many calls of the provider; false where there are fewer within the time. */
  synchronized boolean awaitCalls(int count, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (calls < count) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** The pids of the processes that work on an event, in ascending order. */
  List<Long> busyPids() {
    return pidsAtWork.values().stream().sorted().toList();
  }

  /**
   * When processes were killed or exceeded their time limit, by the AWS request ids of their
   * invocations.
   */
  Map<String, Instant> crashes() {
    return crashed.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().at()));
  }

  /** How many invocations were stopped at the time limit before they had answered. */
  int timeouts() {
    return crashes("Sandbox.Timedout");
  }

  /** How many answers had work behind them that its process did not survive. */
  int deathsBehindAnswers() {
    return crashes(BEHIND_AN_ANSWER);
  }

  private int crashes(String how) {
    return (int) crashed.values().stream().filter(each -> each.how().equals(how)).count();
  }

  int invocations() {
    return invocations.get();
  }

  int processes() {
    return processes.get();
  }
}
