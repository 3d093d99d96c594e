package io.imagenlambda.chaos;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills busy processes of the function at the times in the plan. */
final class ProcessKiller implements AutoCloseable {
  private static final Duration A_WHILE = Duration.ofHours(1);

  private final EventRecorder recorder;
  private final AtomicInteger kills = new AtomicInteger();
  private final Thread thread;

  ProcessKiller(List<Plan.Kill> plan, EventRecorder recorder) {
    this.recorder = recorder;
    this.thread = Thread.ofVirtual().name("process-killer").start(() -> run(plan));
  }

  private void run(List<Plan.Kill> plan) {
    try {
      for (Plan.Kill kill : plan) {
        if (!recorder.awaitCalls(kill.afterCalls(), A_WHILE)) {
          return;
        }
        Thread.sleep(kill.later());
        kill(kill.busyProcess());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill(int busyProcess) {
    List<Long> busy = recorder.busyPids();
    if (busy.isEmpty()) {
      return;
    }
    long pid = busy.get(busyProcess % busy.size());
    // only among our own children, because another process may have this pid by now
    ProcessHandle.current()
        .children()
        .filter(child -> child.pid() == pid)
        .filter(ProcessHandle::destroyForcibly)
        .forEach(killed -> kills.incrementAndGet());
  }

  /** How many processes were killed. */
  int kills() {
    return kills.get();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
