package io.imagenlambda.chaos;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Kills processes of the function while they are at work, as the plan says. */
final class Reaper implements AutoCloseable {
  private static final Duration A_WHILE = Duration.ofHours(1);

  private final Witness witness;
  private final AtomicInteger kills = new AtomicInteger();
  private final Thread thread;

  Reaper(List<Plan.Kill> plan, Witness witness) {
    this.witness = witness;
    this.thread = Thread.ofVirtual().name("reaper").start(() -> run(plan));
  }

  private void run(List<Plan.Kill> plan) {
    try {
      for (Plan.Kill kill : plan) {
        if (!witness.awaitCalls(kill.afterCalls(), A_WHILE)) {
          return;
        }
        Thread.sleep(kill.later());
        kill(kill.victim());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill(int victim) {
    List<Long> busy = witness.busy();
    if (busy.isEmpty()) {
      return;
    }
    long pid = busy.get(victim % busy.size());
    // among our own children, because the number may be another process's by now
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
