package io.imagenlambda.chaos;

import io.imagenlambda.lab.timeline.LabEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What becomes of the function's invocations, as Lambda sees it. */
final class Witness {
  /** How Lambda calls the end of a process that did not answer. */
  private static final Set<String> CRASHES = Set.of("Runtime.ExitError", "Sandbox.Timedout");

  private final Map<String, Long> atWork = new ConcurrentHashMap<>();
  private final Map<String, String> crashed = new ConcurrentHashMap<>();
  private final AtomicInteger invocations = new AtomicInteger();
  private final AtomicInteger processes = new AtomicInteger();
  private int calls;

  void see(LabEvent happening) {
    switch (happening) {
      case LabEvent.Started _ -> processes.incrementAndGet();
      case LabEvent.Delivered delivered -> {
        invocations.incrementAndGet();
        atWork.put(delivered.requestId(), delivered.pid());
      }
      case LabEvent.Answered answered -> {
        atWork.remove(answered.requestId());
        String error = answered.error();
        if (error != null && CRASHES.contains(error)) {
          crashed.put(answered.requestId(), error);
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

  /** Whether the predict API has had so many calls within the time. */
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

  /** The processes that have an event. */
  List<Long> busy() {
    return atWork.values().stream().sorted().toList();
  }

  /** The AWS request ids of the invocations that a kill or the time limit ended. */
  Set<String> crashed() {
    return Set.copyOf(crashed.keySet());
  }

  int crashes(String error) {
    return (int) crashed.values().stream().filter(error::equals).count();
  }

  int invocations() {
    return invocations.get();
  }

  int processes() {
    return processes.get();
  }
}
